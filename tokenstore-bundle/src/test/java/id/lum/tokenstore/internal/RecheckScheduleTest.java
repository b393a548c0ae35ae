package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When values are asked for, with a clock in nanoseconds that stands still unless a test says so. */
class RecheckScheduleTest {
    private static final SecretLocator A = new SecretLocator("VAULT", "a", "");
    private static final SecretLocator B = new SecretLocator("VAULT", "b", "");
    private static final Duration RECHECK = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofHours(1);

    private final RecheckSchedule schedule = new RecheckSchedule();

    @Test
    void whatWasNeverAskedForIsDueAndNotComplete() {
        assertThat(schedule.due(Set.of(A), 0)).containsExactly(A);
        assertThat(schedule.isComplete(Set.of(A), 0)).isFalse();
    }

    @Test
    void whatIsBeingAskedForIsNotAskedForTwiceAndNotWaitedForByTheClock() {
        schedule.asked(Set.of(A), 0);
        assertThat(schedule.due(Set.of(A, B), 0)).containsExactly(B);
        assertThat(schedule.isComplete(Set.of(A), 0)).isFalse();
        assertThat(schedule.untilNext(LONG, 0)).isEqualTo(LONG);
    }

    @Test
    void whatHasAValueStaysCompleteWhileItIsAskedForAgain() {
        answer();
        long later = RECHECK.toNanos();
        assertThat(schedule.isComplete(Set.of(A), later)).isFalse();
        schedule.asked(Set.of(A), 0);
        assertThat(schedule.isComplete(Set.of(A), later)).isTrue();
        assertThat(schedule.untilNext(LONG, later)).isEqualTo(LONG);
    }

    @Test
    void anAnswerThatWasOnItsWayWhenStoresChangedDoesNotCountAsTheLastWord() {
        schedule.asked(Set.of(A, B), 0);
        schedule.dueNow(A::equals, 0);
        schedule.answered(A, 0, RECHECK);
        schedule.answered(B, 0, RECHECK);
        assertThat(schedule.due(Set.of(A, B), 0)).containsExactly(A);
        answer();
        assertThat(schedule.due(Set.of(A, B), 0)).isEmpty();
    }

    @Test
    void whatIsNotNeededAnyLongerWhenItsAnswerComesIsForgotten() {
        schedule.asked(Set.of(A), 0);
        schedule.retainOnly(Set.of());
        assertThat(schedule.due(Set.of(A), 0)).isEmpty();
        schedule.answered(A, 0, RECHECK);
        schedule.retainOnly(Set.of());
        assertThat(schedule.untilNext(LONG, 0)).isEqualTo(LONG);
        assertThat(schedule.due(Set.of(A), 0)).containsExactly(A);
    }

    @Test
    void failuresAreTriedAgainEverLessOften() {
        for (long wait : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            schedule.asked(Set.of(A), 0);
            schedule.failed(A, "away", 0);
            assertThat(schedule.untilNext(LONG, 0)).isEqualTo(Duration.ofSeconds(wait));
        }
    }

    private void answer() {
        schedule.asked(Set.of(A), 0);
        schedule.answered(A, 0, RECHECK);
    }
}
