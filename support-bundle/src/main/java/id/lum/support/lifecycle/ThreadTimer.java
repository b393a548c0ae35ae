package id.lum.support.lifecycle;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A timer with a thread of its own, which is there from the start and ends when this is closed: at the limit of threads
 * the constructor fails, and not the first task, which nobody would miss.
 */
public final class ThreadTimer implements Timer {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadTimer.class);

    private final String name;
    private final ScheduledThreadPoolExecutor thread;

    /**
     * Starts the thread.
     *
     * @param name what a thread dump calls it
     */
    public ThreadTimer(String name) {
        this.name = name;
        thread = new ScheduledThreadPoolExecutor(1, new NamedThreads(name));
        // What comes after the end is of no interest to anybody.
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        thread.prestartCoreThread();
    }

    @Override
    public void after(Duration delay, Runnable task) {
        thread.schedule(() -> run(task), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What a task throws would end in a future that nobody looks at. */
    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error failed) {
            LOG.error("{}: a task failed.", name, failed);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
