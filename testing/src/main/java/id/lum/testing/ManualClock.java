package id.lum.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves, in both directions. Safe for many threads. */
public final class ManualClock extends Clock {
    private final Instant start;
    private final AtomicLong moved = new AtomicLong();
    private final AtomicLong readings = new AtomicLong();

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
     * How far it was moved in all, as {@link System#nanoTime} would show it.
     *
     * @return nanoseconds
     */
    public long nanos() {
        return moved.get();
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
