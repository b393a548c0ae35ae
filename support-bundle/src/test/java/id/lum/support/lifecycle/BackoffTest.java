package id.lum.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long to wait before the next try. */
class BackoffTest {
    private static final RandomGenerator LEAST = () -> 0;
    private static final RandomGenerator MOST = () -> -1;

    private final Backoff backoff = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5));

    @ParameterizedTest
    @CsvSource({
        "1, PT1S, PT2S",
        "2, PT2S, PT4S",
        "8, PT2M8S, PT4M16S",
        "9, PT2M30S, PT5M",
        "64, PT2M30S, PT5M",
        "2147483647, PT2M30S, PT5M"
    })
    void theWaitDoublesUpToItsBoundAndVariesByHalf(int failures, Duration least, Duration most) {
        assertThat(backoff.after(failures)).isEqualTo(most);
        assertThat(backoff.after(failures, LEAST)).isEqualTo(least);
        assertThat(backoff.after(failures, MOST)).isEqualTo(most);
    }

    @Test
    void waitsThatWouldNotGrowAreRefused() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
