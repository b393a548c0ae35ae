package id.lum.flowmesh.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.flowmesh.internal.outbox.Outboxes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a refused row is tried again, and when no more. */
class DeliveryPolicyTest {
    private static final Instant FIRST = Outboxes.START;
    private static final Duration DAY = Duration.ofDays(1);

    private static DeliveryPolicy policy(int refusals) {
        return new DeliveryPolicy(Optional.empty(), Duration.ofDays(30), refusals);
    }

    /** The waits of a row that is refused whenever it is tried. */
    private static List<Duration> waits(int refusals) {
        List<Duration> waits = new ArrayList<>();
        Instant now = FIRST;
        for (int times = 1; times < 10_000; times++) {
            Optional<Instant> next = policy(refusals).nextTry(now, times, FIRST);
            if (next.isEmpty()) {
                return waits;
            }
            waits.add(Duration.between(now, next.get()));
            now = next.get();
        }
        throw new AssertionError("It is tried for ever.");
    }

    private static Duration sum(List<Duration> waits) {
        return waits.stream().reduce(Duration.ZERO, Duration::plus);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 9, 10, 11, 20, 64, 500, 1000})
    void aRowIsRefusedAsOftenAsConfiguredOverADayAtLeastAndNeverWithoutAPause(int refusals) {
        List<Duration> waits = waits(refusals);
        assertThat(waits).hasSize(refusals - 1);
        assertThat(sum(waits)).isBetween(DAY, DAY.plus(Duration.ofMinutes(refusals)));
        assertThat(waits).allSatisfy(wait -> assertThat(wait).isBetween(Duration.ofMinutes(1), DAY));
    }

    @Test
    void byDefaultTheWaitsDoubleFromThreeMinutesToHalfADay() {
        List<Duration> waits = waits(10);
        assertThat(waits.get(0)).isBetween(Duration.ofSeconds(169), Duration.ofSeconds(170));
        for (int i = 1; i < waits.size(); i++) {
            assertThat(waits.get(i)).isCloseTo(waits.get(i - 1).multipliedBy(2), Duration.ofMillis(5));
        }
    }

    @Test
    void refusalsThatCameTooFastAreNotTheEnd() {
        Instant soon = FIRST.plusSeconds(60);
        assertThat(policy(10).nextTry(soon, 10, FIRST)).contains(FIRST.plus(DAY));
        assertThat(policy(10).nextTry(FIRST.plus(DAY).minusMillis(1), 50, FIRST))
                .isPresent();
        assertThat(policy(10).nextTry(FIRST.plus(DAY), 10, FIRST)).isEmpty();
    }

    @Test
    void aDayIsNotTheEndWithoutTheRefusals() {
        assertThat(policy(10).nextTry(FIRST.plus(DAY.multipliedBy(400)), 9, FIRST))
                .isPresent();
    }

    @Test
    void aClockThatWasSetBackMakesNobodyWaitLongerThanADay() {
        Instant back = FIRST.minus(DAY.multipliedBy(400));
        for (int times : new int[] {1, 9, 10, 11}) {
            assertThat(policy(10).nextTry(back, times, FIRST).orElseThrow())
                    .as("refused " + times + " times")
                    .isBetween(back.plusSeconds(60), back.plus(DAY));
        }
    }
}
