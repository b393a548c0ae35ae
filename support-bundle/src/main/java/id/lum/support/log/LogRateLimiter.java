package id.lum.support.log;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Permits one in a while, for log lines that a stranger can cause by the thousand. */
public final class LogRateLimiter {
    private final LongSupplier nanos;
    private final long pause;
    private final AtomicLong next;

    /**
     * One that lets the first one through.
     *
     * @param nanos the time, as {@link System#nanoTime} has it
     * @param pause how long none passes after one has
     */
    public LogRateLimiter(LongSupplier nanos, Duration pause) {
        this.nanos = nanos;
        this.pause = pause.toNanos();
        next = new AtomicLong(nanos.getAsLong());
    }

    /**
     * Whether this one may be written.
     *
     * @return true once in the time of the pause
     */
    public boolean tryAcquire() {
        long now = nanos.getAsLong();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + pause);
    }
}
