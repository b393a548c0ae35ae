package id.lum.support.lifecycle;

import java.time.Duration;

/** Runs tasks later, one after another. */
public interface Timer extends AutoCloseable {

    /**
     * Runs a task, unless this is closed by then.
     *
     * @param delay when, from now on
     * @param task what to run
     */
    void after(Duration delay, Runnable task);

    /** Ends it without waiting: a task that runs is interrupted, and none begins any more. */
    @Override
    void close();
}
