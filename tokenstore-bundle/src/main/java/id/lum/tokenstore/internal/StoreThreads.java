package id.lum.tokenstore.internal;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads with a name and a number. */
final class StoreThreads implements ThreadFactory {
    private final AtomicInteger number = new AtomicInteger();
    private final String name;

    StoreThreads(String name) {
        this.name = name;
    }

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
        thread.setDaemon(true);
        // Otherwise it would keep the loader of whoever asked first, long after that is gone.
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        return thread;
    }
}
