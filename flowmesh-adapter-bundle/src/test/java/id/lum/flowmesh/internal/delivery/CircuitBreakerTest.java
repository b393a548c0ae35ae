package id.lum.flowmesh.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.flowmesh.internal.outbox.Outboxes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When Runmesh is left alone, and for how long. */
class CircuitBreakerTest {
    private static final int MAX_IN_FLIGHT = 8;
    private static final Optional<Duration> SOME_TIME = Optional.empty();
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final CircuitBreaker circuit = new CircuitBreaker(new SplittableRandom(1));
    private Instant now = Outboxes.START;

    @BeforeEach
    void haveAnAnswer() {
        circuit.succeeded(now);
    }

    @Test
    void aServerThatHasNotAnsweredYetCountsAsAwayAfterOneFailure() {
        CircuitBreaker fresh = new CircuitBreaker(new SplittableRandom(1));
        assertThat(fresh.isAway()).isFalse();
        assertThat(fresh.permits(now, MAX_IN_FLIGHT, 0)).isEqualTo(MAX_IN_FLIGHT);
        assertThat(fresh.failed(now, SOME_TIME)).isTrue();
        assertThat(fresh.permits(now, MAX_IN_FLIGHT, 0)).isZero();
        assertThat(Duration.between(now, fresh.openUntil().orElseThrow())).isLessThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(fresh.isAway()).isTrue();
        assertThat(fresh.succeeded(now)).isTrue();
        assertThat(fresh.isAway()).isFalse();
    }

    private int permits() {
        return circuit.permits(now, MAX_IN_FLIGHT, 0);
    }

    private boolean failed() {
        return circuit.failed(now, SOME_TIME);
    }

    private boolean failed(Duration retryAfter) {
        return circuit.failed(now, Optional.of(retryAfter));
    }

    private Duration left() {
        return Duration.between(now, circuit.openUntil().orElseThrow());
    }

    private void open() {
        failed();
        failed();
        failed();
    }

    @Test
    void theThirdFailureInARowOpensItAndNoneBefore() {
        assertThat(failed()).isFalse();
        assertThat(failed()).isFalse();
        assertThat(permits()).isEqualTo(MAX_IN_FLIGHT);
        assertThat(failed()).isTrue();
        assertThat(permits()).isZero();
        assertThat(failed()).as("it is open already").isFalse();
    }

    @Test
    void aSuccessInBetweenStartsTheCountAnew() {
        failed();
        failed();
        assertThat(circuit.succeeded(now)).as("was open").isFalse();
        failed();
        failed();
        assertThat(permits()).isEqualTo(MAX_IN_FLIGHT);
    }

    @Test
    void aServerThatAsksToBeLeftAloneIsAtOnceForAsLongAsItSays() {
        assertThat(failed(Duration.ofHours(2))).isTrue();
        assertThat(left()).isEqualTo(Duration.ofHours(2));
        now = now.plus(Duration.ofHours(2)).minusMillis(1);
        assertThat(permits()).isZero();
        now = now.plusMillis(1);
        assertThat(permits()).isEqualTo(1);
    }

    @Test
    void aServerThatAsksWhileItIsLeftAloneMayAskForMoreAndNotForLess() {
        open();
        failed(MINUTE);
        assertThat(left()).isEqualTo(MINUTE);
        failed(Duration.ofMillis(1));
        assertThat(left()).isEqualTo(MINUTE);
    }

    @Test
    void anAnswerToWhatWasSentBeforeEndsAPauseUnlessTheServerAskedForIt() {
        open();
        assertThat(circuit.succeeded(now)).isTrue();
        assertThat(permits()).isEqualTo(MAX_IN_FLIGHT);
        failed(MINUTE);
        assertThat(circuit.succeeded(now)).isFalse();
        assertThat(permits()).isZero();
        now = now.plus(MINUTE);
        assertThat(circuit.succeeded(now)).isTrue();
        assertThat(permits()).isEqualTo(MAX_IN_FLIGHT);
        open();
        assertThat(circuit.succeeded(now)).as("the next pause is nobody's wish").isTrue();
    }

    @Test
    void afterThePauseOneIsAskedWhenNobodyElseIs() {
        open();
        now = now.plus(left());
        assertThat(circuit.permits(now, MAX_IN_FLIGHT, 0)).isEqualTo(1);
        assertThat(circuit.permits(now, MAX_IN_FLIGHT, 1)).isZero();
        assertThat(circuit.permits(now, MAX_IN_FLIGHT, 7)).isNegative();
        assertThat(circuit.succeeded(now)).as("was open").isTrue();
        assertThat(circuit.permits(now, MAX_IN_FLIGHT, 3)).isEqualTo(5);
    }

    @Test
    void answersToWhatWasAskedBeforeItOpenedDoNotProlongThePause() {
        open();
        Duration left = left();
        failed();
        failed();
        assertThat(left()).isEqualTo(left);
        assertThat(circuit.isAway()).isFalse();
    }

    @Test
    void thePausesDoubleUpToAMinuteAndHalfOfEachIsChance() {
        open();
        for (int i = 0; i < 100; i++) {
            Duration full = Duration.ofSeconds(Math.min(1L << Math.min(i, 6), 60));
            assertThat(left()).as("pause " + i).isBetween(full.dividedBy(2), full);
            now = now.plus(left());
            assertThat(permits()).isEqualTo(1);
            failed();
            assertThat(circuit.isAway()).isTrue();
        }
        circuit.succeeded(now);
        assertThat(circuit.isAway()).isFalse();
        open();
        assertThat(left()).as("after it was back").isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void thePausesOfTwoCircuitsDiffer() {
        CircuitBreaker other = new CircuitBreaker(new SplittableRandom(2));
        other.succeeded(now);
        open();
        for (int i = 0; i < 3; i++) {
            other.failed(now, SOME_TIME);
        }
        assertThat(other.openUntil()).isNotEqualTo(circuit.openUntil());
    }

    @Test
    void aClockThatIsSetForwardEndsThePause() {
        open();
        now = now.plus(Duration.ofDays(400));
        assertThat(permits()).isEqualTo(1);
    }

    @Test
    void aClockThatIsSetBackDoesNotProlongThePause() {
        failed(Duration.ofHours(1));
        now = now.minus(Duration.ofDays(400));
        assertThat(permits()).isEqualTo(1);
        failed();
        assertThat(permits()).isZero();
        assertThat(left()).isLessThanOrEqualTo(MINUTE);
    }
}
