package id.lum.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void withoutACallThereIsNothingToSay() {
        assertThat(latencies.percentileMicros(99)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 10, 999, 123_456, 60_000_000})
    void aCallIsSaidToHaveTakenAtMostAQuarterLongerThanItDid(long micros) {
        latencies.add(TimeUnit.MICROSECONDS.toNanos(micros));
        assertThat(latencies.percentileMicros(99)).isBetween(micros, micros * 5 / 4 + 1);
    }

    @Test
    void oneCallOfAHundredMayTakeLonger() {
        for (int i = 0; i < 99; i++) {
            latencies.add(TimeUnit.MICROSECONDS.toNanos(100));
        }
        latencies.add(TimeUnit.SECONDS.toNanos(1));
        assertThat(latencies.percentileMicros(99)).isBetween(100L, 126L);
        assertThat(latencies.percentileMicros(100)).isGreaterThanOrEqualTo(1_000_000);
    }
}
