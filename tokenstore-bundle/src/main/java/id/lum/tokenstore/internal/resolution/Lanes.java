package id.lum.tokenstore.internal.resolution;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Lets only so many calls to a store run at a time, and none for longer than a call may take. Owns the threads; its
 * monitor guards everything here, and no store is called under it.
 *
 * <p>A store that does not heed the interruption is not asked again before it has returned, so that it never holds more
 * threads than it has lanes.
 */
final class Lanes implements AutoCloseable {
    /** How many calls to a store run at a time. */
    static final int COUNT = 8;

    private static final String STOPPED = "token stores are being stopped";

    private record Run(Future<?> task, long begun) {}

    private final ExecutorService threads = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), new StoreThreads());
    private final Set<Call> waiting = new LinkedHashSet<>();
    private final Map<Call, Run> running = new HashMap<>();
    private final Set<Call> late = new HashSet<>();
    private Patience patience;
    private boolean closed;

    Lanes(Patience patience) {
        this.patience = patience;
    }

    /** Counts for calls that run, too. */
    synchronized void configure(Patience next) {
        patience = next;
        notifyAll();
    }

    /** Makes calls, and waits until each is settled. */
    synchronized void run(List<Call> calls) {
        String why = closed ? STOPPED : "there was no answer in the time for all questions";
        try {
            if (!closed) {
                waiting.addAll(calls);
                start();
                await(calls, System.nanoTime());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            why = "whoever asked was interrupted";
        } finally {
            for (Call call : calls) {
                waiting.remove(call);
                giveUp(call, why);
            }
            start();
        }
    }

    /** Calls that run are interrupted, calls that wait are not made. */
    @Override
    public synchronized void close() {
        closed = true;
        waiting.forEach(call -> call.giveUp(STOPPED));
        waiting.clear();
        // First, lest what a store says of its interruption counts as its answer.
        running.keySet().forEach(call -> call.giveUp(STOPPED));
        threads.shutdownNow();
        notifyAll();
    }

    private void await(List<Call> calls, long begun) throws InterruptedException {
        while (calls.stream().anyMatch(Call::isOpen)) {
            long now = System.nanoTime();
            long left = patience.whole().toNanos() - (now - begun);
            if (left <= 0) {
                return;
            }
            for (Call call : calls) {
                if (running.containsKey(call) && call.isOpen()) {
                    long ownLeft =
                            patience.call().toNanos() - (now - running.get(call).begun());
                    if (ownLeft <= 0) {
                        giveUp(
                                call,
                                "the store did not answer within "
                                        + patience.call().toMillis() + " ms");
                        start();
                    } else {
                        left = Math.min(left, ownLeft);
                    }
                }
            }
            if (calls.stream().anyMatch(Call::isOpen)) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
    }

    private void giveUp(Call call, String why) {
        if (call.isOpen()) {
            call.giveUp(why);
            if (running.containsKey(call)) {
                late.add(call);
                running.get(call).task().cancel(true);
            }
        }
    }

    private void start() {
        Iterator<Call> calls = waiting.iterator();
        while (calls.hasNext()) {
            Call call = calls.next();
            if (mayStart(call)) {
                FutureTask<Void> task = new FutureTask<>(() -> call.settle(call.ask()), null);
                threads.execute(() -> {
                    task.run();
                    ended(call);
                });
                running.put(call, new Run(task, System.nanoTime()));
                calls.remove();
            }
        }
    }

    private boolean mayStart(Call call) {
        return running.keySet().stream().filter(call::sharesStoreWith).count() < COUNT
                && late.stream().noneMatch(call::sharesStoreWith);
    }

    private synchronized void ended(Call call) {
        running.remove(call);
        late.remove(call);
        start();
        notifyAll();
    }
}
