package id.lum.core.http;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes HTTP exchanges, each bounded in time and in size, on a fixed number of threads; {@link #close} ends them all.
 * HTTP/1.1, no redirects.
 */
public final class BoundedHttp implements AutoCloseable {
    /** Threads that move bytes. They never wait for a peer; resolving a host name is the longest they do. */
    static final int THREADS = 4;

    private static final Duration CLOSING = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor alarms;

    // Guarded by this. The client goes when its last reference does: before Java 21 there is nothing to close.
    private Optional<HttpClient> client;
    private final Set<CompletableFuture<?>> exchanges = new HashSet<>();

    /**
     * A client with threads of its own, which this owns until it is closed.
     *
     * @param name what the threads are called
     */
    public BoundedHttp(String name) {
        workers = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE.toSeconds(),
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new NamedThreads(name + " http"));
        workers.allowCoreThreadTimeOut(true);
        // A thread of their own: a deadline must not wait behind a name server.
        alarms = new ScheduledThreadPoolExecutor(1, new NamedThreads(name + " deadline"));
        alarms.setRemoveOnCancelPolicy(true);
        client = Optional.of(HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(workers)
                .build());
    }

    /**
     * Starts an exchange. Returns at once.
     *
     * @param request what is sent
     * @param deadline for all of it, headers and body; the client's own timeout ends with the headers
     * @param mostBytes what is read of the body
     * @return the response, in time; or how it failed. Whoever completes it first ends the exchange.
     */
    public CompletableFuture<HttpResponse<BoundedContent>> send(HttpRequest request, Duration deadline, int mostBytes) {
        CompletableFuture<HttpResponse<BoundedContent>> reply = new CompletableFuture<>();
        CompletableFuture<HttpResponse<BoundedContent>> exchange;
        Future<?> alarm;
        synchronized (this) {
            if (client.isEmpty()) {
                return CompletableFuture.failedFuture(new IOException("closed"));
            }
            exchange = client.get().sendAsync(request, head -> new BoundedBody(mostBytes));
            exchanges.add(exchange);
            alarm = alarms.schedule(
                    () -> reply.completeExceptionally(new TimeoutException()),
                    deadline.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
        exchange.whenComplete((response, failure) -> {
            forget(exchange);
            if (failure == null) {
                reply.complete(response);
            } else {
                reply.completeExceptionally(failure);
            }
        });
        reply.whenComplete((response, failure) -> {
            alarm.cancel(false);
            // On a future that sendAsync returned, and only there, this closes the connection.
            exchange.cancel(true);
        });
        return reply;
    }

    private synchronized void forget(CompletableFuture<?> exchange) {
        exchanges.remove(exchange);
    }

    /** Ends every exchange, then the threads: the other way round, calls would wait for threads that are gone. */
    @Override
    public void close() {
        Set<CompletableFuture<?>> ended;
        synchronized (this) {
            client = Optional.empty();
            ended = Set.copyOf(exchanges);
        }
        ended.forEach(exchange -> exchange.cancel(true));
        try {
            CompletableFuture.allOf(ended.toArray(CompletableFuture<?>[]::new))
                    .handle((done, failure) -> done)
                    .get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
            stopThreads();
            workers.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
            alarms.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException resisting) {
            // Such an exchange loses its threads next.
        } finally {
            stopThreads();
        }
    }

    private void stopThreads() {
        alarms.shutdownNow();
        workers.shutdown();
    }
}
