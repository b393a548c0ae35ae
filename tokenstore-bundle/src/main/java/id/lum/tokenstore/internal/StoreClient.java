package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks stores on threads of its own: each store a few questions at a time, each for a bounded time. There is no second
 * attempt. Thread-safe; no store waits for another. A store that ignores its interruption is not asked again before it
 * has returned, so that it never holds more threads than it may.
 *
 * <p>The monitor guards everything here; no store is called under it.
 */
final class StoreClient implements AutoCloseable {
    private static final int CALLS_AT_A_TIME = 8;

    /** The longest secret, in characters. */
    private static final int MAX_VALUE_LENGTH = 1 << 20;

    private static final String STOPPED = "token stores are being stopped";

    /**
     * How long stores are waited for.
     *
     * @param call for one answer; then the store is interrupted
     * @param whole for all answers to one {@link #fetch}
     */
    record Timeouts(Duration call, Duration whole) {}

    private static final class Call {
        private final SecretLocator locator;
        private final LoggableStore store;
        private StoreAnswer outcome;
        private FutureTask<StoreAnswer> task;
        private long begun;

        Call(SecretLocator locator, LoggableStore store) {
            this.locator = locator;
            this.store = store;
        }

        boolean isOpen() {
            return outcome == null;
        }
    }

    private final ExecutorService threads = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), new StoreThreads("lumid-tokenstore"));
    private final Set<Call> waiting = new LinkedHashSet<>();
    private final Set<Call> running = new LinkedHashSet<>();
    private Timeouts timeouts;
    private boolean closed;

    StoreClient(Timeouts timeouts) {
        this.timeouts = timeouts;
    }

    /** Sets other timeouts, also for calls that run. */
    synchronized void configure(Timeouts next) {
        timeouts = next;
        notifyAll();
    }

    /**
     * Asks for secrets, once for each locator, and waits. An interruption ends the wait and stays set.
     *
     * @param stores the store for a prefix, if there is one; called once for each prefix, by the calling thread
     */
    Map<SecretLocator, StoreAnswer> fetch(
            Set<SecretLocator> locators, Function<String, Optional<LoggableStore>> stores) {
        Map<String, Optional<LoggableStore>> byPrefix = new HashMap<>();
        Map<SecretLocator, StoreAnswer> answers = new HashMap<>();
        List<Call> calls = new ArrayList<>();
        for (SecretLocator locator : locators) {
            byPrefix.computeIfAbsent(locator.prefix(), stores)
                    .ifPresentOrElse(
                            store -> calls.add(new Call(locator, store)),
                            () -> answers.put(
                                    locator,
                                    new StoreAnswer.Failed(
                                            Optional.empty(), "there is no token store for " + locator.prefix())));
        }
        run(calls);
        calls.forEach(call -> answers.put(call.locator, call.outcome));
        return answers;
    }

    /** Interrupts every call and does not wait for it; its callers get a failure at once. */
    @Override
    public synchronized void close() {
        closed = true;
        waiting.forEach(call -> giveUp(call, STOPPED));
        waiting.clear();
        running.forEach(call -> giveUp(call, STOPPED));
        threads.shutdownNow();
        notifyAll();
    }

    private synchronized void run(List<Call> calls) {
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

    private void await(List<Call> calls, long begun) throws InterruptedException {
        while (calls.stream().anyMatch(Call::isOpen)) {
            long now = System.nanoTime();
            long left = timeouts.whole().toNanos() - (now - begun);
            if (left <= 0) {
                return;
            }
            for (Call call : calls) {
                if (call.isOpen() && running.contains(call)) {
                    long ownLeft = timeouts.call().toNanos() - (now - call.begun);
                    if (ownLeft <= 0) {
                        giveUp(
                                call,
                                "the store did not answer within "
                                        + timeouts.call().toMillis() + " ms");
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

    private static void giveUp(Call call, String why) {
        if (call.isOpen()) {
            call.outcome = failed(call, Optional.empty(), why);
            if (call.task != null) {
                call.task.cancel(true);
            }
        }
    }

    private void start() {
        for (Call call : List.copyOf(waiting)) {
            if (mayStart(call)) {
                waiting.remove(call);
                try {
                    call.task = new FutureTask<>(() -> ask(call));
                    call.begun = System.nanoTime();
                    threads.execute(() -> {
                        call.task.run();
                        end(call);
                    });
                    running.add(call);
                } catch (Throwable noThread) {
                    giveUp(
                            call,
                            "the store could not be asked ("
                                    + noThread.getClass().getName() + ")");
                }
            }
        }
    }

    private boolean mayStart(Call call) {
        List<Call> others =
                running.stream().filter(other -> other.store == call.store).toList();
        return others.size() < CALLS_AT_A_TIME && others.stream().allMatch(Call::isOpen);
    }

    private synchronized void end(Call call) {
        if (call.isOpen()) {
            // It has run to its end: it was not cancelled, and throws nothing.
            call.outcome = result(call.task);
        }
        running.remove(call);
        start();
        notifyAll();
    }

    private static StoreAnswer result(FutureTask<StoreAnswer> task) {
        try {
            return task.get();
        } catch (InterruptedException | ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static StoreAnswer ask(Call call) {
        try {
            String value = call.store.value(call.locator.path(), call.locator.metadata());
            if (value == null || value.isEmpty()) {
                return failed(call, Optional.of(Reason.EMPTY_RESPONSE), Reason.EMPTY_RESPONSE.sentence());
            }
            return value.length() > MAX_VALUE_LENGTH
                    ? failed(call, Optional.empty(), "the value is longer than " + MAX_VALUE_LENGTH + " characters")
                    : new StoreAnswer.Value(value);
        } catch (TokenStoreException refusal) {
            return failed(call, Optional.of(refusal.reason()), call.store.loggableMessage(refusal));
        } catch (Throwable failure) {
            return failed(
                    call,
                    Optional.empty(),
                    "the store failed with " + failure.getClass().getName());
        }
    }

    private static StoreAnswer failed(Call call, Optional<Reason> reason, String sentence) {
        return new StoreAnswer.Failed(reason, name(call.locator) + ": " + sentence);
    }

    /** For a log: whoever knows the path recognizes it, and nobody else learns it. */
    private static String name(SecretLocator locator) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(locator.path().getBytes(StandardCharsets.UTF_8));
            return locator.prefix() + " (path " + HexFormat.of().formatHex(hash, 0, 4) + ")";
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
