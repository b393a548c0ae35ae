package id.lum.support.lifecycle;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One resource and its leases. Entries and exits are counted apart, each in a striped counter, so that callers on many
 * cores do not contend for one.
 *
 * <p>No closed resource is used: a caller increments the entry counter and then reads the retired flag; the owner sets
 * the flag and then reads the counter. So either the caller sees the flag and leaves, or the owner waits for it.
 */
final class RefCounted<R> {
    private final R resource;
    private final LongAdder entered = new LongAdder();
    private final LongAdder left = new LongAdder();
    private volatile boolean retired;
    private volatile Thread drainer = Thread.currentThread();

    RefCounted(R resource) {
        this.resource = resource;
    }

    R resource() {
        return resource;
    }

    /** @return false if the resource is retired; there is nothing to leave then */
    boolean enter() {
        entered.increment();
        if (retired) {
            leave();
            return false;
        }
        return true;
    }

    void leave() {
        left.increment();
        if (retired) {
            LockSupport.unpark(drainer);
        }
    }

    void retire() {
        retired = true;
    }

    /** Returns when the resource is no longer in use, the time is up, or the wait is given up. */
    void drain(long nanos, BooleanSupplier givenUp) {
        drainer = Thread.currentThread();
        long end = System.nanoTime() + nanos;
        while (!isDrained() && !givenUp.getAsBoolean() && System.nanoTime() - end < 0) {
            // The bound mends an unpark that came between the look and the park.
            LockSupport.parkNanos(1_000_000);
        }
    }

    private boolean isDrained() {
        // In this order: exits only grow, so as many exits as entries counted later means that no caller was in
        // between.
        long exits = left.sum();
        return exits == entered.sum();
    }
}
