package id.lum.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Several threads that begin at the same moment. */
public final class Together {
    /** How many threads there are. */
    public static final int THREADS = 8;

    /** What the names of the threads begin with. */
    public static final String NAME = "together-";

    /** What each thread does. */
    @FunctionalInterface
    public interface Work {
        /**
         * Runs in a thread of its own.
         *
         * @param thread the number of the thread, from 0 to 7
         * @throws Exception to fail the test
         */
        void by(int thread) throws Exception;
    }

    private Together() {}

    /**
     * Runs the work in {@link #THREADS} threads and waits for all of them.
     *
     * @param work what each thread does
     * @throws Exception what the first of the failed threads threw, wrapped in an
     *     {@link java.util.concurrent.ExecutionException}
     * @throws AssertionError if a thread is not done within {@link Await#BOUND}
     */
    public static void run(Work work) throws Exception {
        AtomicInteger number = new AtomicInteger();
        ExecutorService executor =
                Executors.newFixedThreadPool(THREADS, task -> new Thread(task, NAME + number.incrementAndGet()));
        try {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                running.add(executor.submit(() -> {
                    start.await(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
                    work.by(thread);
                    return thread;
                }));
            }
            for (Future<?> one : running) {
                Await.result(one);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
