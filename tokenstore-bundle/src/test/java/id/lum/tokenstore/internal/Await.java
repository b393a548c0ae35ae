package id.lum.tokenstore.internal;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what happens elsewhere, and not for ever. */
public final class Await {
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final Duration PAUSE = Duration.ofMillis(2);

    private Await() {}

    /** Returns once the condition holds; the text ends the sentence "Waited in vain until". */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - start > BOUND.toNanos()) {
                throw new AssertionError("Waited in vain until " + what + ".");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
