package id.lum.flowmesh.internal.runmesh;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Balance requests to Runmesh. Callers that ask for the same account share one request; a bounded number of requests is
 * under way, and further ones wait in order. Safe for many threads.
 */
public final class BalanceRequests implements AutoCloseable {
    /** Requests under way at once. */
    static final int MAX_UNDER_WAY = 64;

    private static final BalanceResponse STOPPING = new BalanceResponse.NotAsked("billing is being stopped");

    private record Account(RunmeshEndpoint runmesh, String email) {}

    private static final class Request {
        private final Account account;
        private final CompletableFuture<BalanceResponse> answer = new CompletableFuture<>();
        // Guarded by the requests.
        private int callers;

        Request(Account account) {
            this.account = account;
        }
    }

    /** Starts a request and returns at once. */
    public interface Sender {
        CompletableFuture<BalanceResponse> send(RunmeshEndpoint runmesh, String email);
    }

    private final Sender sender;

    // Guarded by this, as what follows.
    private final Map<Account, Request> requests = new HashMap<>();
    private final Queue<Request> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean closed;

    /** @param sender what asks Runmesh */
    public BalanceRequests(Sender sender) {
        this.sender = sender;
    }

    /**
     * Asks Runmesh, or waits for the answer that another caller's request for the same account is about to bring.
     *
     * @param longest how long the caller waits, for the request to start and for the answer
     * @return what Runmesh answered; {@link BalanceResponse.NotAsked} if it had no fair chance to: the request did not
     *     start in time, the caller's time was over before Runmesh had its own, the request failed here, or these are
     *     closed
     * @throws InterruptedException if the caller is interrupted; the request goes on, since others may share it
     */
    public BalanceResponse ask(RunmeshEndpoint runmesh, String email, Duration longest) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Request request = join(new Account(runmesh, email));
        boolean delayed = false;
        try {
            startNext();
            delayed = isWaiting(request);
            return request.answer.get(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } catch (TimeoutException late) {
            return new BalanceResponse.NotAsked(
                    delayed
                            ? MAX_UNDER_WAY + " other balance requests are under way"
                            : "no answer came in the " + Math.max(0, longest.toMillis()) + " ms that were left");
        } finally {
            leave(request);
        }
    }

    private synchronized Request join(Account account) {
        Request request = requests.computeIfAbsent(account, first -> {
            Request added = new Request(first);
            waiting.add(added);
            return added;
        });
        request.callers++;
        if (closed) {
            request.answer.complete(STOPPING);
        }
        return request;
    }

    private synchronized boolean isWaiting(Request request) {
        return waiting.contains(request);
    }

    /** A request without a waiting caller must not delay others. */
    private synchronized void leave(Request request) {
        request.callers--;
        if (request.callers == 0 && waiting.remove(request)) {
            requests.remove(request.account);
        }
    }

    private void startNext() {
        for (Optional<Request> next = next(); next.isPresent(); next = next()) {
            start(next.get());
        }
    }

    private synchronized Optional<Request> next() {
        if (closed || underWay == MAX_UNDER_WAY || waiting.isEmpty()) {
            return Optional.empty();
        }
        underWay++;
        return Optional.of(waiting.remove());
    }

    private void start(Request request) {
        try {
            sender.send(request.account.runmesh(), request.account.email())
                    .whenComplete((answer, failure) -> ended(request, answer, failure));
        } catch (RuntimeException | Error failure) {
            ended(request, null, failure);
        }
    }

    private void ended(Request request, BalanceResponse answer, Throwable failure) {
        synchronized (this) {
            underWay--;
            requests.remove(request.account);
        }
        request.answer.complete(
                failure == null
                        ? answer
                        : new BalanceResponse.NotAsked(failure.getClass().getSimpleName()));
        startNext();
    }

    /**
     * Ends the waiting of all callers, and of those that come later. To be called before the client is closed: what
     * requests under way then fail with is not taken for Runmesh's fault.
     */
    @Override
    public synchronized void close() {
        closed = true;
        requests.values().forEach(request -> request.answer.complete(STOPPING));
        waiting.clear();
    }
}
