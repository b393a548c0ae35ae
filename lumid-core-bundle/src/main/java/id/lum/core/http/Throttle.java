package id.lum.core.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets one through per second, for log lines that a stranger can cause by the thousand. */
public final class Throttle {
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanos;
    private final AtomicLong next;

    /**
     * One that lets the first one through.
     *
     * @param nanos the time, as {@link System#nanoTime} has it
     */
    public Throttle(LongSupplier nanos) {
        this.nanos = nanos;
        next = new AtomicLong(nanos.getAsLong());
    }

    /**
     * Whether this one may be written.
     *
     * @return true once a second
     */
    public boolean passes() {
        long now = nanos.getAsLong();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + PAUSE);
    }
}
