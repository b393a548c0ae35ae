package id.lum.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long to wait before the next try. */
class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5));

    @ParameterizedTest
    @CsvSource({
        "1, 0, PT1S",
        "1, 0.5, PT1.5S",
        "1, 1, PT2S",
        "2, 1, PT4S",
        "8, 0, PT2M8S",
        "8, 1, PT4M16S",
        "9, 1, PT5M",
        "9, 0, PT2M30S",
        "64, 1, PT5M",
        "2147483647, 1, PT5M"
    })
    void theWaitDoublesUpToItsBoundAndVariesByHalf(int failures, double random, Duration wait) {
        assertThat(backoff.after(failures, random)).isEqualTo(wait);
    }
}
