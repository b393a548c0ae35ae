package id.lum.support.lifecycle;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A timer with a thread of its own, which is there from the start and ends when this is closed: at the limit of threads
 * the constructor fails, and not the first task, which nobody would miss.
 */
public final class ThreadTimer implements Timer {
    private final ScheduledThreadPoolExecutor thread;

    /**
     * Starts the thread.
     *
     * @param name what a thread dump calls it
     */
    public ThreadTimer(String name) {
        thread = new ScheduledThreadPoolExecutor(1, new NamedThreads(name));
        // What comes after the end is of no interest to anybody.
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        thread.prestartCoreThread();
    }

    @Override
    public void after(Duration delay, Runnable task) {
        thread.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
