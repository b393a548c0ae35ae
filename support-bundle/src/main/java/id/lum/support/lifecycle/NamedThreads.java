package id.lum.support.lifecycle;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads that a thread dump tells apart. */
public final class NamedThreads implements ThreadFactory {
    private final String name;
    private final AtomicInteger number = new AtomicInteger();

    /**
     * Threads of one purpose.
     *
     * @param name what each is called, before its number
     */
    public NamedThreads(String name) {
        this.name = name;
    }

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
        thread.setDaemon(true);
        // Otherwise it would keep the loader of whichever host made the first call, long after that is gone. Nor does
        // it get ours, which threads that a library starts would inherit: when two threads load a class of that library
        // at once, Felix 7.0.5 may keep one of them in a table of locks for ever.
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        return thread;
    }
}
