package id.lum.core.http;

import id.lum.core.http.HttpFailure.Kind;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** One request on its way: its deadline, the sockets it uses, and its reply. Ends once; then its sockets are closed. */
final class HttpCall {
    /** How far an attempt has come. */
    enum Stage {
        QUEUED("waiting for a thread"),
        RESOLVING("asking for the addresses of the host"),
        CONNECTING("connecting"),
        TUNNELLING("asking the proxy for a tunnel"),
        SECURING("in the TLS handshake"),
        SENDING("sending the request"),
        WAITING("waiting for the answer"),
        READING("reading the answer");

        private final String phrase;

        Stage(String phrase) {
            this.phrase = phrase;
        }
    }

    private final HttpRequest request;
    private final Duration deadline;
    private final long end;
    private final int maxBytes;
    private final CompletableFuture<HttpResponse> reply = new CompletableFuture<>();
    private volatile Stage stage = Stage.QUEUED;

    // Guarded by this.
    private final Set<Socket> sockets = new HashSet<>();
    private final List<Future<?>> alarms = new ArrayList<>();
    private int attempts = 1;
    private int running = 1;
    private boolean onKeptConnection;
    private boolean ended;

    HttpCall(HttpRequest request, Duration deadline, int maxBytes) {
        this.request = request;
        this.deadline = deadline;
        this.end = System.nanoTime() + deadline.toNanos();
        this.maxBytes = maxBytes;
        // However the reply is completed, by whoever gave it up too.
        reply.whenComplete((response, failure) -> end());
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

    /** At least 1, because 0 would mean for ever. */
    int remainingMillis() {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (end - System.nanoTime()) / 1_000_000));
    }

    void enter(Stage next) {
        stage = next;
    }

    synchronized void keep(Future<?> alarm) {
        alarms.add(alarm);
        if (ended) {
            alarm.cancel(false);
        }
    }

    synchronized void requireOpen() throws HttpFailure {
        if (ended) {
            throw new HttpFailure(Kind.CLOSED, "");
        }
    }

    /** From now on the socket is closed when this ends. */
    synchronized void use(Socket socket) throws HttpFailure {
        requireOpen();
        sockets.add(socket);
    }

    /** The socket is needed by something else now. False if it was closed meanwhile. */
    synchronized boolean handOver(Socket socket) {
        sockets.remove(socket);
        return !ended;
    }

    void release(Socket socket) {
        handOver(socket);
        HttpConnection.discard(socket);
    }

    synchronized void usesKeptConnection(boolean kept) {
        onKeptConnection = kept;
    }

    /** Whether nothing has come on a connection that was kept, which may be dead. */
    synchronized boolean mayWaitInVain() {
        return onKeptConnection && (stage == Stage.SENDING || stage == Stage.WAITING);
    }

    /** Whether there is to be one more attempt, which the first to ask then makes. */
    synchronized boolean beginSecondAttempt() {
        if (ended || attempts > 1 || !request.repeatable()) {
            return false;
        }
        attempts++;
        running++;
        return true;
    }

    void succeed(HttpResponse response) {
        reply.complete(response);
    }

    /** An attempt failed; another one may be under way. */
    void attemptFailed(HttpFailure failure) {
        synchronized (this) {
            running--;
            if (running > 0 || ended) {
                return;
            }
        }
        reply.completeExceptionally(failure.kind() == Kind.TIMEOUT ? timeout() : failure);
    }

    void fail(HttpFailure failure) {
        end();
        reply.completeExceptionally(failure);
    }

    void pastDeadline() {
        HttpFailure timeout = timeout();
        end();
        reply.completeExceptionally(timeout);
    }

    private HttpFailure timeout() {
        return new HttpFailure(deadline, stage.phrase);
    }

    private void end() {
        List<Socket> used;
        synchronized (this) {
            ended = true;
            used = List.copyOf(sockets);
            sockets.clear();
            alarms.forEach(alarm -> alarm.cancel(false));
            alarms.clear();
        }
        used.forEach(HttpConnection::discard);
    }
}
