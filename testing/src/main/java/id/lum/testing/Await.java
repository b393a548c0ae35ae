package id.lum.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread or process does. */
public final class Await {
    /** How long a condition may take: far more than anything takes, so that only a failure reaches it. */
    public static final Duration BOUND = Duration.ofSeconds(120);

    private static final Duration PAUSE = Duration.ofMillis(1);

    /**
     * What is waited for.
     *
     * @param <E> what asking for it may throw
     */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        /**
         * Whether it is so now.
         *
         * @return true to end the waiting
         * @throws E if that cannot be told; it ends the waiting, too
         */
        boolean holds() throws E;
    }

    private Await() {}

    /**
     * Returns once the condition holds.
     *
     * @param what what is waited for, to end the sentence "Waited in vain until"
     * @param condition asked again and again by this thread
     * @param <E> what the condition throws
     * @throws E what the condition throws
     * @throws AssertionError if it does not hold within {@link #BOUND}, or if this thread is interrupted
     */
    public static <E extends Exception> void until(String what, Condition<E> condition) throws E {
        until(what, BOUND, condition);
    }

    /**
     * Returns once the condition holds.
     *
     * @param what what is waited for, to end the sentence "Waited in vain until"
     * @param bound how long it may take
     * @param condition asked again and again by this thread
     * @param <E> what the condition throws
     * @throws E what the condition throws
     * @throws AssertionError if it does not hold within the bound, or if this thread is interrupted
     */
    public static <E extends Exception> void until(String what, Duration bound, Condition<E> condition) throws E {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("Interrupted while waiting until " + what + ".");
            }
            if (System.nanoTime() - start > bound.toNanos()) {
                throw new AssertionError("Waited in vain until " + what + ".");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /**
     * Returns once a latch has counted down to zero.
     *
     * @param latch the latch
     * @throws AssertionError if it has not within {@link #BOUND}, or if this thread is interrupted
     */
    public static void latch(CountDownLatch latch) {
        try {
            if (!latch.await(BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("Waited in vain for a latch.");
            }
        } catch (InterruptedException stop) {
            throw new AssertionError("Interrupted while waiting for a latch.", stop);
        }
    }

    /**
     * Returns what a future completes with.
     *
     * @param future the future
     * @param <T> the type of its result
     * @return its result
     * @throws ExecutionException if it completes with an exception, which is the cause of this one
     * @throws InterruptedException if this thread is interrupted
     * @throws AssertionError if it does not complete within {@link #BOUND}
     */
    public static <T> T result(Future<T> future) throws ExecutionException, InterruptedException {
        try {
            return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("Waited in vain for a result.", late);
        }
    }
}
