package id.lum.support.lifecycle;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before something that failed is tried again: twice as long after each failure in a row, up to a
 * bound. The caller counts the failures, and begins again at 1 after a success.
 *
 * @param first the wait after the first failure, more than nothing
 * @param longest the longest wait, at least the first
 */
public record Backoff(Duration first, Duration longest) {
    /** With more doublings even a millisecond is longer than a week; the multiplication must not overflow. */
    private static final int MAX_DOUBLINGS = 30;

    public Backoff {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("A wait of " + first + " cannot grow to " + longest + ".");
        }
    }

    /**
     * The wait after a failure, for something that is alone in trying.
     *
     * @param failures how many there were in a row, at least 1
     * @return the wait
     */
    public Duration after(int failures) {
        Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return doubled.compareTo(longest) < 0 ? doubled : longest;
    }

    /**
     * The wait after a failure, not in step with others that failed at the same moment.
     *
     * @param failures how many there were in a row, at least 1
     * @param random what leaves half of the wait to chance
     * @return between half of and the whole wait
     */
    public Duration after(int failures, RandomGenerator random) {
        long millis = after(failures).toMillis();
        return Duration.ofMillis(millis / 2 + Math.round(millis / 2.0 * random.nextDouble()));
    }
}
