package id.lum.tokenstore.internal;

import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.log.RepeatedError;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.LoggerFactory;

/**
 * One thread that makes passes: soon after every event, and when the first of the times has come that the last pass
 * asked for. Nothing but its end ends it.
 */
final class EventLoop {
    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
    private static final Duration AFTER_FURTHER_FAILURE = Duration.ofSeconds(1);

    /** Looks at how things are, and mends what is not as it should be. One that fails is made again. */
    interface Pass {
        void make() throws Exception;
    }

    private final LongSupplier nanos;
    private final Thread thread = new NamedThreads("lumid-tokenstore-refresh").newThread(this::run);
    private final Semaphore events = new Semaphore(0);
    private volatile Pass pass = () -> {};
    private volatile boolean ended;
    // Of the thread alone.
    private final RepeatedError failure = new RepeatedError(LoggerFactory.getLogger(EventLoop.class));
    private long nextPass;

    EventLoop(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Begins. The thread is there from now on: where none is to be had this fails, and no event is lost later. */
    void open(Pass each) {
        pass = each;
        thread.start();
    }

    /** Makes a pass soon. By any thread, as what follows up to {@link #awaitEnd}. */
    void wake() {
        if (events.availablePermits() == 0) {
            events.release();
        }
    }

    long now() {
        return nanos.getAsLong();
    }

    boolean hasEnded() {
        return ended;
    }

    /** Begins no pass any more. */
    void end() {
        ended = true;
        wake();
    }

    /** Waits for the last pass. A thread that hangs in foreign code is left behind. */
    void awaitEnd(StopDeadline deadline) {
        deadline.await(thread);
    }

    /** Whether a time has come. If not, there is a pass when it has. For a pass. */
    boolean hasCome(long time) {
        boolean come = time - now() <= 0;
        if (!come && time - nextPass < 0) {
            nextPass = time;
        }
        return come;
    }

    private void run() {
        while (!ended) {
            try {
                // Before the pass, which sees what was so when it began.
                events.drainPermits();
                pass();
                events.tryAcquire(nextPass - now(), TimeUnit.NANOSECONDS);
            } catch (Throwable triedAgain) {
                // For want of memory, which a line in the log needs, too; or it was interrupted, by none of this
                // bundle.
                LockSupport.parkNanos(AFTER_FURTHER_FAILURE.toNanos());
            }
        }
    }

    private void pass() {
        try {
            nextPass = now() + MAX_PAUSE.toNanos();
            pass.make();
            failure.over();
        } catch (Throwable unexpected) {
            nextPass = now() + AFTER_FAILURE.toNanos();
            // Without the message: it may quote anything.
            failure.met("A pass over the references failed with "
                    + unexpected.getClass().getName() + "; it is tried again.");
        }
    }
}
