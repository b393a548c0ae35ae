package id.lum.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that a test moves, in both directions. It shows a time of day ({@link #instant}) and a time to measure with
 * ({@link #nanos}), which move together. Safe for many threads.
 */
public final class ManualClock extends Clock {
    /** Code that compares two values of {@link System#nanoTime} without a subtraction fails at the overflow. */
    private static final long NANOS_AT_START =
            Long.MAX_VALUE - Duration.ofMillis(1).toNanos();

    private final Instant start;
    private final AtomicLong moved = new AtomicLong();
    private final AtomicLong readings = new AtomicLong();

    /** A clock that stands at 1970-01-01T00:00Z, for code that only measures. */
    public ManualClock() {
        this(Instant.EPOCH);
    }

    /**
     * A clock that stands.
     *
     * @param start what it shows until it is moved
     */
    public ManualClock(Instant start) {
        this.start = start;
    }

    /**
     * Moves the clock.
     *
     * @param by how far; negative to move it back
     */
    public void move(Duration by) {
        moved.addAndGet(by.toNanos());
    }

    /**
     * Stands in for {@link System#nanoTime}: only the difference of two values has a meaning. Its numerical overflow is
     * one millisecond after the start.
     *
     * @return nanoseconds
     */
    public long nanos() {
        return NANOS_AT_START + moved.get();
    }

    /**
     * How often somebody read the time of day.
     *
     * @return the number of calls of {@link #instant}
     */
    public long readings() {
        return readings.get();
    }

    @Override
    public Instant instant() {
        readings.incrementAndGet();
        return start.plusNanos(moved.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("A manual clock shows UTC.");
    }
}
