package id.lum.support.lifecycle;

import java.time.Duration;

/**
 * How long to wait before something that failed is tried again: twice as long after each failure, up to a bound, and
 * not in step with others that failed at the same moment.
 *
 * @param first the longest wait after the first failure
 * @param most the longest wait at all
 */
public record Backoff(Duration first, Duration most) {

    /**
     * The wait after a failure.
     *
     * @param failures how many there were in a row, at least 1
     * @param random a random number from 0 to 1
     * @return between half of and the whole longest wait
     */
    public Duration after(int failures, double random) {
        // Beyond 30 doublings everything is longer than any bound; the shift must not overflow.
        long longest = Math.min(most.toMillis(), first.toMillis() << Math.min(failures - 1, 30));
        return Duration.ofMillis(longest / 2 + Math.round(longest / 2.0 * random));
    }
}
