package id.lum.demo.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Several threads that begin at the same moment. */
final class Together {
    static final int THREADS = 8;

    interface Work {
        void by(int thread) throws Exception;
    }

    private Together() {}

    /** Returns when all are done; throws what any of them threw. */
    static void run(Work work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                running.add(executor.submit(() -> {
                    start.await(120, TimeUnit.SECONDS);
                    work.by(thread);
                    return thread;
                }));
            }
            for (Future<?> one : running) {
                one.get(120, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
