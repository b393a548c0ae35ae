package id.lum.support.lifecycle;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A resource that its owner replaces while callers use it.
 *
 * <p>{@link #replace} lets the next one serve at once and closes the old one in the background, after its last lease.
 * {@link #reopen} is for a resource that cannot be open twice. {@link #exchange} drains the resource first and may keep
 * it. Callers wait during {@code reopen} and {@code exchange}. {@link #close} does not wait for leases: a closed
 * resource throws, which is what makes a stop quick. It ends every wait for leases of the other methods, too.
 *
 * <p>One owner calls the methods that change it, one at a time, except for {@link #close}; anybody may lease. An owner
 * that closes during one of the others closes again after it, as that may have put a resource in place.
 *
 * @param <R> the resource
 */
public final class SwappableResource<R extends Stoppable> implements Leased<R>, Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(SwappableResource.class);

    /** Longer than any call on the resource may take; after it the old one is closed even if it is still in use. */
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final String name;
    private final Duration reopenTimeout;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** One for each resource that was replaced and is not closed yet. */
    private final Set<CountDownLatch> closing = ConcurrentHashMap.newKeySet();
    // Empty while reopening, after that failed, and once closed. Written under the lock.
    private volatile Optional<RefCounted<R>> current;
    // Whether the last reopening failed both ways: no call waits until there is a resource again. Guarded by the lock.
    private boolean unavailable;
    private volatile boolean closed;

    /**
     * Creates one with its first resource.
     *
     * @param name what it is, for errors and the name of the thread that closes
     * @param first the resource, which this closes from now on
     * @param reopenTimeout how long a call waits while the resource is reopened
     */
    public SwappableResource(String name, R first, Duration reopenTimeout) {
        this.name = name;
        this.reopenTimeout = reopenTimeout;
        this.current = Optional.of(new RefCounted<>(first));
    }

    /**
     * @throws ResourceUnavailable if there is no resource any more, or it is being reopened and not back in time; at
     *     once if it could not be reopened
     */
    @Override
    public <T> T withResource(Function<? super R, ? extends T> call) {
        while (true) {
            RefCounted<R> counted = current.orElseGet(this::await);
            if (counted.enter()) {
                try {
                    return call.apply(counted.resource());
                } finally {
                    counted.leave();
                }
            }
        }
    }

    /**
     * Puts another resource in place. It serves from now on; the old one is closed after its last lease, in a thread of
     * its own.
     *
     * @param next the other resource, which this closes from now on
     */
    public void replace(R next) {
        Optional<RefCounted<R>> old = swap(Optional.of(new RefCounted<>(next)));
        old.ifPresent(counted -> {
            CountDownLatch done = new CountDownLatch(1);
            closing.add(done);
            Runnable close = () -> {
                try {
                    retire(counted);
                } finally {
                    closing.remove(done);
                    done.countDown();
                }
            };
            try {
                Thread closer = new Thread(close, name + " closing");
                closer.setDaemon(true);
                closer.start();
            } catch (Error noThread) {
                LOG.warn("{} is closed without a thread of its own.", name, noThread);
                close.run();
            }
        });
    }

    /**
     * Waits until every resource that was replaced is closed.
     *
     * @param maxWait how long to wait; whatever is still used then is not waited for
     */
    public void awaitClosed(Duration maxWait) {
        long end = System.nanoTime() + maxWait.toNanos();
        try {
            for (CountDownLatch one : closing) {
                if (!one.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Closes the resource after its last lease, and only then opens another. Calls wait meanwhile. If the other cannot
     * be opened, the fallback is.
     *
     * @param open opens the other resource
     * @param fallback opens one like the old resource
     * @throws Exception what {@code open} threw; the fallback serves then, or nothing if it could not be opened either
     */
    public void reopen(Callable<R> open, Callable<R> fallback) throws Exception {
        swap(Optional.empty()).ifPresent(this::retire);
        requireOpen();
        try {
            swap(Optional.of(new RefCounted<>(open.call())));
        } catch (Exception | Error refused) {
            try {
                swap(Optional.of(new RefCounted<>(fallback.call())));
            } catch (Exception | Error alsoRefused) {
                refused.addSuppressed(alsoRefused);
                giveUp();
            }
            throw refused;
        }
    }

    /** Ends the waits of callers, and lets none begin. */
    private void giveUp() {
        lock.lock();
        try {
            unavailable = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the resource is unused and has its successor chosen, which may be the resource itself; another one is
     * closed. Calls wait until it is chosen.
     *
     * @param choose is given the resource and answers the next one
     * @throws IllegalStateException if there is no resource now
     */
    public void exchange(UnaryOperator<R> choose) {
        RefCounted<R> old = swap(Optional.empty())
                .orElseThrow(() -> new IllegalStateException(name + " is not there to be exchanged."));
        R next = old.resource();
        try {
            old.drain(DRAIN.toNanos(), () -> closed);
            requireOpen();
            next = choose.apply(old.resource());
        } finally {
            swap(Optional.of(new RefCounted<>(next)));
        }
        if (next != old.resource()) {
            closeQuietly(old, StopDeadline.unhurried());
        }
    }

    /**
     * Whether there is a resource to lease now.
     *
     * @return false while it is reopened, after that failed, and once closed
     */
    public boolean isOpen() {
        return current.isPresent();
    }

    /**
     * Closes the resource now, even if it is in use. Calls from now on throw. Waits also for what was replaced and is
     * still closing: a successor may need its file. Safe to repeat.
     */
    @Override
    public void close(StopDeadline deadline) {
        closed = true;
        swap(Optional.empty()).ifPresent(counted -> {
            counted.retire();
            closeQuietly(counted, deadline);
        });
        closing.forEach(one -> deadline.await(nanos -> one.await(nanos, TimeUnit.NANOSECONDS)));
    }

    private Optional<RefCounted<R>> swap(Optional<RefCounted<R>> next) {
        lock.lock();
        try {
            Optional<RefCounted<R>> old = current;
            old.ifPresent(RefCounted::retire);
            current = next;
            unavailable &= next.isEmpty();
            changed.signalAll();
            return old;
        } finally {
            lock.unlock();
        }
    }

    private void retire(RefCounted<R> counted) {
        counted.drain(DRAIN.toNanos(), () -> closed);
        closeQuietly(counted, StopDeadline.unhurried());
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is closed.");
        }
    }

    private void closeQuietly(RefCounted<R> counted, StopDeadline deadline) {
        try {
            counted.resource().close(deadline);
        } catch (RuntimeException | Error failure) {
            LOG.warn("{} could not be closed cleanly.", name, failure);
        }
    }

    private RefCounted<R> await() {
        long left = reopenTimeout.toNanos();
        lock.lock();
        try {
            while (current.isEmpty() && !closed && !unavailable && left > 0) {
                left = changed.awaitNanos(left);
            }
            return current.orElseThrow(() -> new ResourceUnavailable(name + whyThereIsNone()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ResourceUnavailable("Interrupted while " + name + " was reopened.", interrupted);
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private String whyThereIsNone() {
        if (closed) {
            return " is closed.";
        }
        return unavailable ? " could not be reopened." : " is not back from being reopened.";
    }
}
