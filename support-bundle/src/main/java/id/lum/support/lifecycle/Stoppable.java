package id.lum.support.lifecycle;

/** What a bundle closes when it stops. */
public interface Stoppable extends AutoCloseable {

    /**
     * Closes it, and waits until that is complete or the deadline has come. Safe to repeat.
     *
     * @param deadline until when to wait
     */
    void close(StopDeadline deadline);

    /** Closes it, and waits until that is complete, for half a minute at most. */
    @Override
    default void close() {
        close(StopDeadline.unhurried());
    }
}
