package id.lum.flowmesh.internal.outbox;

/** Learns that rows of an outbox may be due earlier than before. */
public interface DueListener {

    /**
     * A commit has added, retried, released or expired rows. Called in the thread that writes, so it must be quick and
     * must not call the outbox.
     */
    void rowsDue();
}
