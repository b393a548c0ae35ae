package id.lum.core.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Connections that wait for another request. There are no more than requests were under way at once. */
final class ConnectionPool {
    /** Shorter than the idle time after which common load balancers forget a connection without a word. */
    static final Duration MAX_IDLE = Duration.ofSeconds(20);

    private final LongSupplier nanos;

    // Guarded by this. The one used last is taken first, so that the others grow old and go.
    private final Map<Route, Deque<HttpConnection>> idle = new HashMap<>();
    private boolean closed;

    ConnectionPool(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** A connection that seems alive; whoever takes it owns it. */
    Optional<HttpConnection> take(Route route) {
        Optional<HttpConnection> next = next(route);
        while (next.isPresent() && !next.get().isFitAt(nanos.getAsLong())) {
            next.get().discard();
            next = next(route);
        }
        return next;
    }

    private synchronized Optional<HttpConnection> next(Route route) {
        return Optional.ofNullable(idle.get(route)).map(Deque::pollFirst);
    }

    void put(HttpConnection connection) {
        connection.rest(nanos.getAsLong());
        synchronized (this) {
            if (!closed) {
                idle.computeIfAbsent(connection.route(), route -> new ArrayDeque<>())
                        .addFirst(connection);
                return;
            }
        }
        connection.discard();
    }

    /** One of them was dead, and what ended it may have ended the others. */
    void clear(Route route) {
        List<HttpConnection> ended;
        synchronized (this) {
            ended = List.copyOf(Optional.ofNullable(idle.remove(route)).orElseGet(ArrayDeque::new));
        }
        ended.forEach(HttpConnection::discard);
    }

    void closeExpired() {
        List<HttpConnection> expired = new ArrayList<>();
        long now = nanos.getAsLong();
        synchronized (this) {
            for (Deque<HttpConnection> some : idle.values()) {
                while (!some.isEmpty() && some.getLast().restedLongerThan(MAX_IDLE, now)) {
                    expired.add(some.removeLast());
                }
            }
            idle.values().removeIf(Deque::isEmpty);
        }
        expired.forEach(HttpConnection::discard);
    }

    void close() {
        List<HttpConnection> ended = new ArrayList<>();
        synchronized (this) {
            closed = true;
            idle.values().forEach(ended::addAll);
            idle.clear();
        }
        ended.forEach(HttpConnection::discard);
    }
}
