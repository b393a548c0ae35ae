package id.lum.support.http;

import id.lum.support.http.ConnectionOperator.NameService;
import id.lum.support.http.ConnectionOperator.Sockets;
import id.lum.support.http.HttpFailure.Kind;
import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Makes HTTP/1.1 exchanges, each bounded in time and in size, on threads of its own; {@link #close} ends them all.
 *
 * <p>No redirects, cookies, authentication or decompression. The proxies are those of the Java system properties. Of a
 * name with several addresses each is tried. An idempotent request that meets a dead connection from an earlier
 * exchange is sent once more on a new one, within the same deadline.
 */
public final class BoundedHttp implements Stoppable {
    /** Threads that have completed a call and have not come back for the next one yet. */
    private static final int FINISHING = 8;

    private static final Duration IDLE_THREAD = Duration.ofSeconds(10);
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final int maxCalls;
    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor alarms;
    private final HttpTransport transport;
    private final Semaphore hedgesOnRecentConnections = new Semaphore(1);

    // Guarded by this.
    private final Set<HttpCall> calls = new HashSet<>();
    private boolean closed;

    /**
     * A client with threads of its own, which this owns until it is closed.
     *
     * @param name what the threads are called
     * @param maxCalls how many exchanges may be under way at once; one more fails with {@link HttpFailure.Kind#BUSY}
     */
    public BoundedHttp(String name, int maxCalls) {
        this(name, maxCalls, InetAddress::getAllByName);
    }

    BoundedHttp(String name, int maxCalls, NameService names) {
        this(name, maxCalls, names, ConnectionOperator::direct, System::nanoTime);
    }

    BoundedHttp(String name, int maxCalls, NameService names, Sockets sockets, LongSupplier nanoTime) {
        this.maxCalls = maxCalls;
        // Twice as many: for second attempts, and for threads whose call has ended while they wait for a name server.
        int threads = 2 * maxCalls + FINISHING;
        transport = new HttpTransport(names, sockets, nanoTime, threads);
        workers = new ThreadPoolExecutor(
                0,
                threads,
                IDLE_THREAD.toSeconds(),
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new NamedThreads(name + " http"));
        // A thread of their own: a deadline must not wait behind a peer.
        alarms = new ScheduledThreadPoolExecutor(1, new NamedThreads(name + " deadline"));
        alarms.setRemoveOnCancelPolicy(true);
        alarms.scheduleWithFixedDelay(
                periodic(transport::closeExpired), SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    static Runnable periodic(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable once) {
                // What leaves a periodic task ends it for ever.
            }
        };
    }

    /**
     * Starts an exchange. Returns at once.
     *
     * @param request what is sent
     * @param deadline for all of it: finding the host, connecting, headers and body
     * @param maxBytes what is read of the body
     * @return the response, in time; or an {@link HttpFailure}. Its first completion, by either side, ends the
     *     exchange.
     */
    public CompletableFuture<HttpResponse> send(HttpRequest request, Duration deadline, int maxBytes) {
        HttpCall call = new HttpCall(request, deadline, maxBytes, this::remove);
        synchronized (this) {
            if (closed || calls.size() >= maxCalls) {
                call.fail(closed ? new HttpFailure(Kind.CLOSED, "") : busy());
                return call.reply();
            }
            calls.add(call);
        }
        try {
            schedule(call, call::pastDeadline, deadline);
            workers.execute(() -> firstAttempt(call));
            if (request.idempotent()) {
                schedule(call, () -> hedgedAttempt(call), deadline.dividedBy(2));
            }
        } catch (RejectedExecutionException full) {
            call.fail(busy());
        } catch (RuntimeException | Error noMemory) {
            call.fail(HttpFailure.of(noMemory));
        }
        return call.reply();
    }

    private void schedule(HttpCall call, Runnable alarm, Duration delay) {
        Future<?> pending = alarms.schedule(alarm, delay.toMillis(), TimeUnit.MILLISECONDS);
        call.reply().whenComplete((response, failure) -> pending.cancel(false));
    }

    private HttpFailure busy() {
        return new HttpFailure(Kind.BUSY, maxCalls + " at once");
    }

    private synchronized void remove(HttpCall call) {
        calls.remove(call);
    }

    private void firstAttempt(HttpCall call) {
        try {
            // A kept connection may be dead, and what must not be repeated must not meet it.
            call.succeed(transport.exchange(call, !call.request().idempotent()));
        } catch (Throwable failed) {
            HttpFailure failure = HttpFailure.of(failed);
            boolean again = failure.meansDeadConnection() && call.usesKeptConnection() && call.beginSecondAttempt();
            call.attemptFailed(failure);
            if (again) {
                secondAttempt(call);
            }
        }
    }

    /**
     * The other side may have forgotten a connection that is silent. If it was only slow, its answer counts. A slow
     * server must not get every request twice, so of those on connections just used one at a time is repeated.
     */
    private void hedgedAttempt(HttpCall call) {
        if (!call.isSilentOnKeptConnection()) {
            return;
        }
        boolean justUsed = !call.isOnRestedConnection();
        if (justUsed && !hedgesOnRecentConnections.tryAcquire()) {
            return;
        }
        if (!call.beginSecondAttempt()) {
            releaseHedge(justUsed);
            return;
        }
        try {
            workers.execute(() -> {
                try {
                    secondAttempt(call);
                } finally {
                    releaseHedge(justUsed);
                }
            });
        } catch (RejectedExecutionException full) {
            releaseHedge(justUsed);
            call.attemptFailed(busy());
        } catch (RuntimeException | Error noThread) {
            releaseHedge(justUsed);
            call.attemptFailed(HttpFailure.of(noThread));
        }
    }

    private void releaseHedge(boolean justUsed) {
        if (justUsed) {
            hedgesOnRecentConnections.release();
        }
    }

    private void secondAttempt(HttpCall call) {
        try {
            transport.closeIdle();
            call.succeed(transport.exchange(call, true));
        } catch (Throwable failed) {
            call.attemptFailed(HttpFailure.of(failed));
        }
    }

    /**
     * Ends every exchange, with {@link HttpFailure.Kind#CLOSED}, and every connection, then the threads. A thread that
     * waits for a name server cannot be interrupted; it is left behind, and ends with that wait.
     */
    @Override
    public void close(StopDeadline deadline) {
        List<HttpCall> ended;
        synchronized (this) {
            closed = true;
            ended = List.copyOf(calls);
        }
        ended.forEach(call -> call.fail(new HttpFailure(Kind.CLOSED, "")));
        transport.close();
        alarms.shutdownNow();
        workers.shutdown();
        deadline.await(alarms);
        deadline.await(workers);
    }
}
