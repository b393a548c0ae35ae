package id.lum.support.http;

import id.lum.support.http.HttpFailure.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.ModalCloseable;

/** One request on its way: its deadline, the connections it uses, its reply. Ends once; then these are closed. */
final class HttpCall {
    /** How far an attempt has come. */
    enum Stage {
        QUEUED("waiting for a thread"),
        RESOLVING("asking for the addresses of the host"),
        CONNECTING("connecting"),
        TUNNELLING("asking the proxy for a tunnel"),
        SECURING("in the TLS handshake"),
        WAITING("waiting for the answer"),
        READING("reading the answer");

        private final String phrase;

        Stage(String phrase) {
            this.phrase = phrase;
        }
    }

    /** Learns of the end of a call, perhaps more than once. */
    @FunctionalInterface
    interface Ending {
        void ended(HttpCall call);
    }

    /** The name of the context attribute that holds the call. */
    static final String NAME = HttpCall.class.getName();

    /** Load balancers forget a connection after a longer rest: on one just used, silence means a slow server. */
    private static final Duration DOUBTFUL_IDLE = Duration.ofSeconds(5);

    private final HttpRequest request;
    private final Duration deadline;
    private final long end;
    private final int maxBytes;
    private final Ending ending;
    private final CompletableFuture<HttpResponse> reply = new CompletableFuture<>();

    // Guarded by this.
    private final Set<ModalCloseable> connections = new HashSet<>();
    private Stage stage = Stage.QUEUED;
    private int attempts = 1;
    private int running = 1;
    private boolean onKeptConnection;
    private Duration idle = Duration.ZERO;
    private boolean ended;

    HttpCall(HttpRequest request, Duration deadline, int maxBytes, Ending ending) {
        this.request = request;
        this.deadline = deadline;
        this.end = System.nanoTime() + deadline.toNanos();
        this.maxBytes = maxBytes;
        this.ending = ending;
        // However the reply is completed, also by a caller that gave it up.
        reply.whenComplete((response, failure) -> leave());
    }

    static HttpCall of(HttpContext context) {
        return (HttpCall) context.getAttribute(NAME);
    }

    HttpRequest request() {
        return request;
    }

    int maxBytes() {
        return maxBytes;
    }

    CompletableFuture<HttpResponse> reply() {
        return reply;
    }

    long remainingMillis() {
        return (end - System.nanoTime()) / 1_000_000;
    }

    /** On a connection that rested so long. */
    synchronized void enter(Stage next, Duration rested) {
        enter(next);
        idle = rested;
    }

    /** Goes no further once this has ended. */
    synchronized void enter(Stage next) {
        requireOpen();
        stage = next;
    }

    /** From now on the connection is closed when this ends. */
    synchronized void use(ModalCloseable connection, boolean kept) {
        onKeptConnection = kept;
        requireOpen();
        connections.add(connection);
    }

    private void requireOpen() {
        if (ended) {
            throw new CancellationException();
        }
    }

    /** The connection is for others now. False if it was closed meanwhile. */
    synchronized boolean handOver(ModalCloseable connection) {
        connections.remove(connection);
        return !ended;
    }

    /** Whether nothing has come on a connection that an earlier exchange used, so that it may be dead. */
    synchronized boolean isSilentOnKeptConnection() {
        return onKeptConnection && stage == Stage.WAITING;
    }

    synchronized boolean isOnRestedConnection() {
        return idle.compareTo(DOUBTFUL_IDLE) > 0;
    }

    /** Whether there is to be one more attempt, which the first to ask then makes. */
    synchronized boolean beginSecondAttempt() {
        if (ended || attempts > 1 || !request.idempotent()) {
            return false;
        }
        attempts++;
        running++;
        return true;
    }

    synchronized boolean usesKeptConnection() {
        return onKeptConnection;
    }

    /** An attempt failed; another one may be under way. */
    void attemptFailed(HttpFailure failure) {
        synchronized (this) {
            running--;
            if (running > 0 || ended) {
                return;
            }
        }
        fail(failure.kind() == Kind.TIMEOUT ? timeout() : failure);
    }

    void pastDeadline() {
        fail(timeout());
    }

    void fail(HttpFailure failure) {
        leave();
        reply.completeExceptionally(failure);
    }

    void succeed(HttpResponse response) {
        leave();
        reply.complete(response);
    }

    /** Before the reply is complete: who waited for it may make the next call, which must find room. */
    private void leave() {
        end();
        ending.ended(this);
    }

    private synchronized HttpFailure timeout() {
        return stage == Stage.QUEUED
                ? new HttpFailure(Kind.BUSY, "not begun within " + deadline.toMillis() + " ms")
                : new HttpFailure(deadline, stage.phrase);
    }

    private synchronized void end() {
        ended = true;
        connections.forEach(HttpCall::closeQuietly);
        connections.clear();
    }

    /** Whatever a close throws, the call ends: otherwise its caller would wait for ever. */
    private static void closeQuietly(ModalCloseable connection) {
        try {
            connection.close(CloseMode.IMMEDIATE);
        } catch (RuntimeException | Error theOthersAreClosedAllTheSame) {
            // A line in the log may fail, too.
        }
    }
}
