package id.lum.tokenstore.internal;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;

/** One question to a store. There is no second attempt. To give it up interrupts the store. */
final class StoreCall extends CompletableFuture<StoreAnswer> implements Runnable {
    /** A question waits for others and its answer as long as so many questions may take, one after the other. */
    private static final int CALLS_IN_A_ROW = 4;

    private final RegisteredStore store;
    private final SecretLocator locator;
    /** Those without an answer, and those whose store goes on. */
    private final Set<StoreCall> calls;

    private final FutureTask<Boolean> task = new FutureTask<>(this::askStore);
    private final long created = System.nanoTime();
    private volatile long begun;
    private volatile boolean running;

    StoreCall(RegisteredStore store, SecretLocator locator, Set<StoreCall> calls) {
        this.store = store;
        this.locator = locator;
        this.calls = calls;
        calls.add(this);
    }

    @Override
    public void run() {
        try {
            if (!giveUpIfStuck()) {
                task.run();
            }
        } finally {
            running = false;
            // Without an answer, for want of memory, it is given up in time.
            if (isDone()) {
                calls.remove(this);
            }
        }
    }

    private boolean askStore() {
        begun = System.nanoTime();
        running = true;
        return answer(store.fetch(locator));
    }

    private synchronized boolean answer(StoreAnswer answer) {
        if (isDone()) {
            return false;
        }
        // Before it is there: who has the answer finds it counted.
        store.count(answer);
        return complete(answer);
    }

    void giveUp(String why) {
        if (answer(new StoreAnswer.Failed(locator + ": " + why))) {
            task.cancel(true);
        }
        if (!running) {
            calls.remove(this);
        }
    }

    /** @param timeout for the answer, once the store is asked */
    void giveUpIfLate(Duration timeout) {
        long now = System.nanoTime();
        if (running && now - begun >= timeout.toNanos()) {
            giveUp("the store did not answer within " + timeout.toMillis() + " ms");
        } else if (now - created >= timeout.toNanos() * CALLS_IN_A_ROW) {
            giveUp("there was no answer in the time for all questions");
        }
    }

    boolean giveUpIfStuck() {
        boolean stuck = calls.stream().anyMatch(other -> other.store == store && other.isStuck());
        if (stuck) {
            giveUp("the store has not returned from a call that was given up");
        }
        return stuck;
    }

    private boolean isStuck() {
        return running && task.isCancelled();
    }
}
