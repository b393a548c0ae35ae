package id.lum.flowmesh.internal.delivery;

import id.lum.flowmesh.internal.outbox.Outbox;
import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.sqlite.StoreUnavailable;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that works on an outbox in rounds until it is closed. Nothing that a round meets ends it. */
final class DeliveryThread implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryThread.class);

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(5);
    private static final Duration AFTER_FURTHER_TROUBLE = Duration.ofMillis(100);

    /** What it does again and again. */
    interface Round {
        /** @return how long there is nothing to do, unless somebody wakes the thread */
        Duration run();
    }

    private final Outbox outbox;
    private final WakeUp wakeUp;
    private final Round round;
    private final Runnable ending;
    private final Thread thread;
    private volatile boolean closed;
    /** What failed in the last round, empty if nothing. Of the thread alone. */
    private String lastFailure = "";

    /**
     * Not started yet.
     *
     * @param name of the thread
     * @param wakeUp what the thread sleeps by
     * @param ending done once by the thread, after the last round
     */
    DeliveryThread(String name, Outbox outbox, WakeUp wakeUp, Round round, Runnable ending) {
        this.outbox = outbox;
        this.wakeUp = wakeUp;
        this.round = round;
        this.ending = ending;
        this.thread = new NamedThreads(name).newThread(this::run);
    }

    void start() {
        thread.start();
    }

    /** Whether its thread does not run: not yet, or not any more. */
    boolean hasEnded() {
        return !thread.isAlive();
    }

    @Override
    public void close(StopDeadline deadline) {
        closed = true;
        wakeUp.wake();
        if (!deadline.await(thread)) {
            LOG.warn("The {} does not end in time; it ends with its database.", thread.getName());
        }
    }

    private void run() {
        while (!closed) {
            try {
                Duration rest = round.run();
                lastFailure = "";
                wakeUp.await(rest);
            } catch (Throwable trouble) {
                pauseAfter(trouble);
            }
        }
        try {
            ending.run();
        } catch (Throwable trouble) {
            LOG.debug("At the end of the {}", thread.getName(), trouble);
        }
    }

    /** Nothing of this may end the thread either, such as a log that fails because there is no memory. */
    private void pauseAfter(Throwable trouble) {
        try {
            if (!closed) {
                logOnce(trouble);
                checkpoint();
                wakeUp.await(AFTER_TROUBLE);
            }
        } catch (Throwable alsoFailed) {
            LockSupport.parkNanos(AFTER_FURTHER_TROUBLE.toNanos());
        }
    }

    /** Once: a disk may be full for days, and every row that is refused because of it wakes this thread. */
    private void logOnce(Throwable trouble) {
        boolean expected = trouble instanceof StoreUnavailable;
        String what = expected ? trouble.getMessage() : trouble.toString();
        if (lastFailure.equals(what)) {
            LOG.debug("Still so: {}", what);
        } else if (expected) {
            LOG.warn("Usage rows wait: {}", what);
        } else {
            LOG.error("Delivering usage rows met something unexpected, and goes on.", trouble);
        }
        lastFailure = what;
    }

    /** What fills the disk may be the database's own log, and then no outcome could be recorded any more. */
    private void checkpoint() {
        try {
            outbox.checkpoint();
        } catch (StoreUnavailable stillSo) {
            LOG.debug("The log of the database could not be checkpointed", stillSo);
        }
    }
}
