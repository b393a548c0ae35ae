package id.lum.traffic;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/** How long calls took, to a quarter of a power of two. Safe for many threads. */
final class Latencies {
    private static final int STEPS = 4;

    private final AtomicLongArray counts = new AtomicLongArray(Long.SIZE * STEPS);

    void add(long nanos) {
        counts.incrementAndGet(bucket(Math.max(1, nanos)));
    }

    long count() {
        long count = 0;
        for (int i = 0; i < counts.length(); i++) {
            count += counts.get(i);
        }
        return count;
    }

    /** In microseconds, what so many of a hundred calls did not exceed; 0 without a call. */
    long percentileMicros(int percent) {
        long rank = (count() * percent + 99) / 100;
        long seen = 0;
        for (int i = 0; i < counts.length() && rank > 0; i++) {
            seen += counts.get(i);
            if (seen >= rank) {
                return TimeUnit.NANOSECONDS.toMicros(upperBound(i));
            }
        }
        return 0;
    }

    private static int bucket(long nanos) {
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        long rest = nanos - (1L << power);
        int step = (int) (power < 2 ? 0 : rest >> (power - 2));
        return power * STEPS + step;
    }

    private static long upperBound(int bucket) {
        int power = bucket / STEPS;
        double steps = 1 + (bucket % STEPS + 1) / (double) STEPS;
        return (long) (steps * (1L << power));
    }
}
