package id.lum.tokenstore.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** One question to a store. There is no second attempt. To give it up interrupts the store. */
final class StoreCall extends CompletableFuture<StoreAnswer> implements Runnable {
    /** A question waits for others and its answer as long as so many questions may take, one after the other. */
    private static final int CALLS_IN_A_ROW = 4;

    private final RegisteredStore store;
    private final SecretLocator locator;
    private final long created = System.nanoTime();
    // Guarded by this. There is a thread only while the store is asked.
    private Thread thread;
    private long begun;

    StoreCall(RegisteredStore store, SecretLocator locator) {
        this.store = store;
        this.locator = locator;
    }

    @Override
    public void run() {
        if (begin()) {
            StoreAnswer answer = store.ask(locator);
            end();
            complete(answer);
        }
    }

    private synchronized boolean begin() {
        thread = isDone() ? null : Thread.currentThread();
        begun = System.nanoTime();
        return thread != null;
    }

    private synchronized void end() {
        thread = null;
    }

    synchronized void giveUp(String why) {
        if (complete(new StoreAnswer.Failed(locator + ": " + why)) && thread != null) {
            thread.interrupt();
        }
    }

    /** @param timeout for the answer, once the store is asked */
    synchronized void giveUpIfLate(Duration timeout) {
        long now = System.nanoTime();
        if (thread != null && now - begun >= timeout.toNanos()) {
            giveUp("the store did not answer within " + timeout.toMillis() + " ms");
        } else if (now - created >= timeout.toNanos() * CALLS_IN_A_ROW) {
            giveUp("there was no answer in the time for all questions");
        }
    }

    /** Whether the store goes on although the question was given up. */
    synchronized boolean isStuck() {
        return thread != null && isDone();
    }
}
