package id.lum.flowmesh.internal.delivery;

import id.lum.flowmesh.internal.outbox.DueListener;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a thread of the delivery sleep until there may be something to do. That of the loop is made before the outbox
 * and the loop, because the outbox wakes the loop, and the loop reads the outbox.
 */
final class WakeUp implements DueListener {
    private static final Logger LOG = LoggerFactory.getLogger(WakeUp.class);

    /**
     * A permit says that there may be something to do. It is given after that is there, and taken before it is done.
     */
    private final Semaphore permits = new Semaphore(0);

    private final AtomicBoolean rowsDue = new AtomicBoolean();

    @Override
    public void rowsDue() {
        rowsDue.set(true);
        wake();
    }

    /** Whether the outbox has made rows due since this was last asked. To be asked before the outbox is read. */
    boolean takeRowsDue() {
        return rowsDue.getAndSet(false);
    }

    /** From any thread. */
    void wake() {
        if (permits.availablePermits() == 0) {
            permits.release();
        }
    }

    /** Sleeps until somebody wakes this thread, at most so long. */
    void await(Duration most) {
        try {
            permits.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException strange) {
            // No code of this bundle interrupts this thread.
            LOG.debug("Interrupted while waiting for usage rows", strange);
        }
        permits.drainPermits();
    }
}
