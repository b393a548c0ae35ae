package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.testing.ManualClock;
import id.lum.tokenstore.internal.StoreAnswer.Failed;
import id.lum.tokenstore.internal.StoreAnswer.Value;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which secrets are at hand and due, with a clock that stands still unless a test moves it. */
class SecretCacheTest {
    private static final SecretLocator A = new SecretLocator("VAULT", "a", "");
    private static final SecretLocator B = new SecretLocator("VAULT", "b", "");
    private static final Duration RECHECK = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofHours(1);

    private final ManualClock clock = new ManualClock();
    private final SecretCache cache = new SecretCache(RECHECK, clock::nanos);

    @Test
    void whatWasNeverAskedForIsDueOnceAndNotComplete() {
        assertThat(cache.isComplete(Set.of(A))).isFalse();
        assertThat(cache.beginDue(Set.of(A))).containsExactly(A);
        assertThat(cache.beginDue(Set.of(A, B))).containsExactly(B);
        assertThat(cache.isComplete(Set.of(A))).isFalse();
        assertThat(cache.untilNext(LONG))
                .as("no answer is waited for by the clock")
                .isEqualTo(LONG);
    }

    @Test
    void whatHasAValueStaysCompleteWhileItIsAskedForAgain() {
        answer(A, new Value("1"));
        assertThat(cache.untilNext(LONG)).isEqualTo(RECHECK);
        clock.move(RECHECK);
        assertThat(cache.isComplete(Set.of(A))).isFalse();
        assertThat(cache.beginDue(Set.of(A))).containsExactly(A);
        assertThat(cache.isComplete(Set.of(A))).isTrue();
        assertThat(cache.untilNext(LONG)).isEqualTo(LONG);
    }

    @Test
    void anAnswerThatWasOnItsWayWhenStoresChangedDoesNotCountAsTheLastWord() {
        cache.beginDue(Set.of(A, B));
        cache.dueNow(A::equals);
        cache.answered(A, new Value("1"));
        cache.answered(B, new Value("2"));
        assertThat(cache.isComplete(Set.of(A))).isFalse();
        assertThat(cache.beginDue(Set.of(A, B))).containsExactly(A);
        cache.answered(A, new Value("1"));
        assertThat(cache.beginDue(Set.of(A, B))).isEmpty();
    }

    @Test
    void whatIsNotNeededAnyLongerWhenItsAnswerComesIsForgotten() {
        cache.beginDue(Set.of(A));
        cache.retainOnly(Set.of());
        assertThat(cache.beginDue(Set.of(A))).isEmpty();
        cache.answered(A, new Value("1"));
        cache.retainOnly(Set.of());
        assertThat(cache.secrets()).isEmpty();
        assertThat(cache.untilNext(LONG)).isEqualTo(LONG);
        assertThat(cache.beginDue(Set.of(A))).containsExactly(A);
    }

    @Test
    void failuresAreTriedAgainEverLessOftenUntilThereIsReasonToExpectAnother() {
        for (long wait : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            fail();
            assertThat(cache.untilNext(LONG)).isEqualTo(Duration.ofSeconds(wait));
            clock.move(Duration.ofSeconds(wait));
        }
        cache.dueNow(A::equals);
        fail();
        assertThat(cache.untilNext(LONG)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aFailureLeavesTheSecretThatWasGivenBefore() {
        answer(A, new Value("1"));
        clock.move(RECHECK);
        fail();
        assertThat(cache.secrets()).isEqualTo(Map.of(A, "1"));
    }

    @Test
    void whatCouldNotBeTakenForAnErrorIsAskedForAgain() {
        AtomicBoolean failing = new AtomicBoolean();
        SecretCache troubled = new SecretCache(RECHECK, () -> {
            if (failing.getAndSet(false)) {
                throw new OutOfMemoryError("for a test");
            }
            return clock.nanos();
        });
        assertThat(troubled.beginDue(Set.of(A))).containsExactly(A);
        failing.set(true);
        assertThatThrownBy(() -> troubled.answered(A, new Value("1"))).isInstanceOf(OutOfMemoryError.class);
        assertThat(troubled.beginDue(Set.of(A))).containsExactly(A);
        troubled.answered(A, new Value("2"));
        assertThat(troubled.isComplete(Set.of(A))).isTrue();
        assertThat(troubled.secrets()).isEqualTo(Map.of(A, "2"));
    }

    @Test
    void whatCannotBeTakenTimeAndAgainIsNotAskedForWithoutAPause() {
        AtomicInteger readings = new AtomicInteger(Integer.MIN_VALUE);
        SecretCache troubled = new SecretCache(RECHECK, () -> {
            if (readings.incrementAndGet() == 2) {
                throw new OutOfMemoryError("for a test");
            }
            return clock.nanos();
        });
        assertThat(troubled.beginDue(Set.of(A))).containsExactly(A);
        readings.set(0);
        assertThatThrownBy(() -> troubled.answered(A, new Value("1"))).isInstanceOf(OutOfMemoryError.class);
        assertThat(troubled.beginDue(Set.of(A))).isEmpty();
        clock.move(Duration.ofSeconds(1));
        assertThat(troubled.beginDue(Set.of(A))).containsExactly(A);
    }

    @Test
    void aQuestionThatWasLostIsPutAgainAndThoseUnderWayAreNot() {
        cache.beginDue(Set.of(A, B));
        cache.retainUnderWay(Set.of(B));
        assertThat(cache.beginDue(Set.of(A, B))).containsExactly(A);
        cache.retainUnderWay(Set.of(A, B));
        assertThat(cache.beginDue(Set.of(A, B))).isEmpty();
    }

    @Test
    void afterTheEndNoSecretIsKeptOrTaken() {
        answer(A, new Value("1"));
        cache.beginDue(Set.of(B));
        cache.close();
        assertThat(cache.secrets()).isEmpty();
        cache.answered(B, new Value("2"));
        assertThat(cache.secrets()).isEmpty();
    }

    private void fail() {
        answer(A, new Failed("away"));
    }

    private void answer(SecretLocator locator, StoreAnswer answer) {
        assertThat(cache.beginDue(Set.of(locator))).containsExactly(locator);
        cache.answered(locator, answer);
    }
}
