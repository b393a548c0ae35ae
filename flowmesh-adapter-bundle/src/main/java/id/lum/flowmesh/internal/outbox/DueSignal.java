package id.lum.flowmesh.internal.outbox;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listener after a commit that made rows due. For the thread that writes. */
final class DueSignal {
    private static final Logger LOG = LoggerFactory.getLogger(DueSignal.class);

    private final DueListener listener;
    private final String owner;
    private boolean changed;

    /** @param owner whose outbox it is, for the log */
    DueSignal(DueListener listener, String owner) {
        this.listener = listener;
        this.owner = owner;
    }

    /** The transaction that runs now has made something due, if that is so. */
    void changedIf(boolean due) {
        changed |= due;
    }

    void afterTransaction() {
        if (changed) {
            changed = false;
            try {
                listener.rowsDue();
            } catch (RuntimeException | Error failed) {
                // The writer serves everybody; it must not end here.
                LOG.error("{}: usage rows are due, and the delivery could not be woken.", owner, failed);
            }
        }
    }
}
