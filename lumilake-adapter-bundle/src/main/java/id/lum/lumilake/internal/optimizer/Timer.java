package id.lum.lumilake.internal.optimizer;

import java.time.Duration;

/** Runs tasks later, one after another. */
interface Timer extends AutoCloseable {

    /** Runs the task after the delay, unless this is closed by then. */
    void after(Duration delay, Runnable task);

    @Override
    void close();
}
