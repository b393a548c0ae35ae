package id.lum.itests;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what happens elsewhere, and not for ever. */
final class Await {
    /** Far more than anything takes on an idle machine; a busy one is no reason to fail. */
    static final Duration BOUND = Duration.ofSeconds(120);

    private static final Duration PAUSE = Duration.ofMillis(10);

    private Await() {}

    /**
     * Returns once the condition holds.
     *
     * @param what what is waited for, to end the sentence "Waited in vain until"
     * @throws AssertionError if it still does not hold after {@link #BOUND}
     */
    static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, BOUND, condition);
    }

    /** The same, for what may take longer. */
    static void until(String what, Duration bound, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - start > bound.toNanos()) {
                throw new AssertionError("Waited in vain until " + what + ".");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
