package id.lum.core.http;

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
        // Otherwise it would keep the loader of whichever host made the first call, long after that is gone. Nor is it
        // given ours: the threads that a library starts from it inherit it, and Felix may remember one of those for
        // ever
        // when two threads load a class of the library at once (7.0.5, locks of its class loaders).
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        return thread;
    }
}
