package id.lum.support.config;

import id.lum.hooks.LogSafe;
import id.lum.support.config.SingletonConfiguration.Owner;
import id.lum.support.config.SingletonConfiguration.OwnerFactory;
import id.lum.support.lifecycle.Backoff;
import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.StopDeadline;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner of one configuration, from the arrival of the configuration to its deletion. Whatever an owner throws when
 * it is made or changed, it is tried again with growing pauses, until it succeeds or the configuration changes.
 */
final class OwnerLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerLifecycle.class);
    private static final Backoff RETRIES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    /** Where retries run. */
    @FunctionalInterface
    interface RetryExecutorFactory {
        /**
         * Returns an executor, with its thread if one can be had; it is shut down when there is nothing to try again.
         */
        ScheduledExecutorService start();
    }

    private final String pid;
    private final OwnerFactory factory;
    private final RetryExecutorFactory executors;
    private final AtomicBoolean ended = new AtomicBoolean();
    /** Whether there is a configuration: a deletion may have given up waiting for a change that hangs. */
    private volatile boolean configured;

    /** Held while an owner is made, changed or closed, which may hang in a file system. */
    private final ReentrantLock lock = new ReentrantLock();
    // Written under the lock. A stop reads it without, because a change that hangs holds the lock.
    private volatile Optional<Owner> owner = Optional.empty();
    /** Whether the owner was told to end in the middle of a change, and so takes no other one. Set without the lock. */
    private volatile boolean stopping;

    // Guarded by the lock.
    private Optional<ScheduledExecutorService> retries = Optional.empty();

    OwnerLifecycle(String pid, OwnerFactory factory) {
        this(pid, factory, () -> startThread(pid));
    }

    OwnerLifecycle(String pid, OwnerFactory factory, RetryExecutorFactory executors) {
        this.pid = pid;
        this.factory = factory;
        this.executors = executors;
    }

    private static ScheduledExecutorService startThread(String pid) {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, new NamedThreads("retry of " + pid));
        try {
            thread.prestartCoreThread();
        } catch (OutOfMemoryError noThread) {
            LOG.debug("No thread for retries of {} now; one is started when it is needed.", pid, noThread);
        }
        return thread;
    }

    /** The configuration has come or changed. */
    void updated(Map<String, Object> properties) {
        configured = true;
        locked(() -> tryFirst(properties));
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            if (!ended.get()) {
                change.run();
            }
        } finally {
            try {
                closeIfUnwanted();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The thread that ended this, or deleted the configuration, may have given up waiting for the lock. */
    private void closeIfUnwanted() {
        if (configured && !ended.get() && !stopping) {
            return;
        }
        try {
            closeOwner(StopDeadline.unhurried());
        } catch (RuntimeException | Error failed) {
            LOG.error("{}: what was in force did not close.", LogSafe.of(pid), failed);
        }
    }

    private void tryFirst(Map<String, Object> properties) {
        endRetries();
        // Before the owner: it may be the lack of threads that it fails of.
        ScheduledExecutorService thread = executors.start();
        retries = Optional.of(thread);
        try {
            putInForce(properties);
            endRetries();
        } catch (Throwable failed) {
            // Before the log, which fails, too, for want of memory: nothing would be tried again.
            retryAfter(1, properties, thread);
            LOG.error(
                    "{}: {} It will be tried again.",
                    origin(properties),
                    owner.isPresent() ? "it is not wholly in force." : "nothing of it is in force.",
                    failed);
        }
    }

    private void putInForce(Map<String, Object> properties) {
        if (owner.isPresent()) {
            owner.get().apply(properties);
        } else {
            owner = Optional.of(factory.open(properties));
        }
    }

    private void retryAfter(int failures, Map<String, Object> properties, ScheduledExecutorService thread) {
        thread.schedule(
                () -> locked(() -> retry(failures, properties, thread)),
                RETRIES.after(failures).toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void retry(int failures, Map<String, Object> properties, ScheduledExecutorService thread) {
        if (retries.filter(thread::equals).isEmpty()) {
            return;
        }
        try {
            putInForce(properties);
            LOG.info("{} is in force now.", origin(properties));
            endRetries();
        } catch (Throwable again) {
            retryAfter(failures + 1, properties, thread);
            LOG.debug("{}: not yet.", origin(properties), again);
        }
    }

    private String origin(Map<String, Object> properties) {
        return Settings.of(pid, properties).origin();
    }

    private void endRetries() {
        retries.ifPresent(ScheduledExecutorService::shutdownNow);
        retries = Optional.empty();
    }

    /**
     * The configuration is gone, or the bundle stops. A change that is under way is told to end, and waited for until
     * the deadline; what it holds then is closed when it ends.
     */
    void close(StopDeadline deadline) {
        configured = false;
        if (lock.isLocked()) {
            stopDuringChange(deadline.part(2));
        }
        if (!deadline.await(nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS))) {
            LOG.error(
                    "{}: stopped while a change was in progress. Its files stay locked until the change ends; a successor "
                            + "tries again.",
                    LogSafe.of(pid));
            return;
        }
        try {
            closeOwner(deadline);
        } finally {
            lock.unlock();
        }
    }

    private void stopDuringChange(StopDeadline deadline) {
        stopping = true;
        try {
            owner.ifPresent(one -> one.stopDuringChange(deadline));
        } catch (RuntimeException | Error failed) {
            LOG.error("{}: a change could not be told to end.", LogSafe.of(pid), failed);
        }
    }

    private void closeOwner(StopDeadline deadline) {
        endRetries();
        Optional<Owner> leaving = owner;
        owner = Optional.empty();
        stopping = false;
        leaving.ifPresent(one -> one.close(deadline));
    }

    /** Nothing more is delivered or tried. Returns false if that was so before; {@link #close} follows. */
    boolean end() {
        return !ended.getAndSet(true);
    }
}
