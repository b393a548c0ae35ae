package id.lum.support.config;

import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;

/** What a configuration keeps in force: changed by one thread at a time, and stopped by any. */
public interface Configured extends Stoppable {
    /**
     * The configuration is gone, or the bundle stops, while another thread makes a change. What the change waits for
     * ends early. {@link #close} follows, and no other change does; should the change hang all the same, {@code close}
     * follows when it ends.
     *
     * @param deadline until when this may take
     */
    default void stopDuringChange(StopDeadline deadline) {}

    /** The configuration is gone, or the bundle stops. The bundle may have stopped before. */
    @Override
    void close(StopDeadline deadline);
}
