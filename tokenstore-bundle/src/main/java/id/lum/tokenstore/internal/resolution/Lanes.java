package id.lum.tokenstore.internal.resolution;

import java.time.Duration;
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
 * Lets only so many calls run at a time, and none for longer than a call may take. Owns the threads; its monitor guards
 * everything here, and no store is called under it.
 *
 * <p>A store that does not heed the interruption keeps its thread, but not the lane: others go on. It is not asked
 * again before it has returned, so that it never holds more threads than there are lanes.
 */
final class Lanes implements AutoCloseable {
    /** How many calls run at a time. */
    static final int COUNT = 8;

    /** How many threads stores may keep in all before what they keep counts as a lane again. */
    private static final int LATE_LIMIT = 2 * COUNT;

    private static final String STOPPED = "token stores are being stopped";

    private record Run(Future<?> task, long deadline) {}

    private final Duration patience;
    private final ExecutorService threads = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), new StoreThreads());
    private final Set<Call> waiting = new LinkedHashSet<>();
    private final Map<Call, Run> running = new HashMap<>();
    private final Set<Call> late = new HashSet<>();
    private boolean closed;

    Lanes(Duration patience) {
        this.patience = patience;
    }

    /**
     * Makes calls, and waits until each is settled.
     *
     * @param deadline when the last of them is given up, by {@link System#nanoTime}
     */
    synchronized void run(List<Call> calls, long deadline) {
        String why = closed ? STOPPED : "there was no answer in the time for all questions";
        try {
            if (!closed) {
                waiting.addAll(calls);
                start();
                await(calls, deadline);
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

    private void await(List<Call> calls, long deadline) throws InterruptedException {
        while (calls.stream().anyMatch(Call::isOpen)) {
            long now = System.nanoTime();
            long left = deadline - now;
            if (left <= 0) {
                return;
            }
            for (Call call : calls) {
                if (running.containsKey(call) && call.isOpen()) {
                    long ownLeft = running.get(call).deadline() - now;
                    if (ownLeft <= 0) {
                        giveUp(call, "the store did not answer within " + patience.toMillis() + " ms");
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
                running.put(call, new Run(task, System.nanoTime() + patience.toNanos()));
                calls.remove();
            }
        }
    }

    private boolean mayStart(Call call) {
        int lanes = running.size() - Math.min(late.size(), LATE_LIMIT);
        return lanes < COUNT && late.stream().noneMatch(call::sharesStoreWith);
    }

    private synchronized void ended(Call call) {
        running.remove(call);
        late.remove(call);
        start();
        notifyAll();
    }
}
