package id.lum.core.identity;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets one through per second, for log lines that a stranger can cause by the thousand. */
final class Throttle {
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanos;
    private final AtomicLong next;

    Throttle(LongSupplier nanos) {
        this.nanos = nanos;
        next = new AtomicLong(nanos.getAsLong());
    }

    boolean passes() {
        long now = nanos.getAsLong();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + PAUSE);
    }
}
