package id.lum.tokenstore.internal.resolution;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads on which stores are asked, and the one that decides when. */
public final class StoreThreads implements ThreadFactory {
    private final AtomicInteger number = new AtomicInteger();

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "lumid-tokenstore-" + number.incrementAndGet());
        thread.setDaemon(true);
        // Otherwise it would keep the loader of whoever asked first, long after that is gone.
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        return thread;
    }
}
