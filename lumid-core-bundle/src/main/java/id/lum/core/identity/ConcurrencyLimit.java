package id.lum.core.identity;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the requests under way, up to a bound that may differ from call to call. */
final class ConcurrencyLimit {
    private final AtomicInteger taken = new AtomicInteger();

    /** After true the caller must call {@link #release}. */
    boolean tryAcquire(int most) {
        return taken.getAndUpdate(now -> now < most ? now + 1 : now) < most;
    }

    void release() {
        taken.decrementAndGet();
    }

    int taken() {
        return taken.get();
    }
}
