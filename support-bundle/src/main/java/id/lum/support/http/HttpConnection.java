package id.lum.support.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.Timeout;

/**
 * A connection of the pool. Unlike the client module's own class it logs nothing, because at DEBUG that one prints
 * headers and bodies, tokens among them; it limits what a server may send, and no close of it waits.
 */
final class HttpConnection extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {
    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxLineLength(16 * 1024)
            .setMaxHeaderCount(256)
            .setMaxEmptyLineCount(8)
            .build();

    private static final int MAX_INTERIM_RESPONSES = 16;

    /** A connection that was idle longer is read from before it is used. */
    private static final Duration TRUSTED_IDLE = Duration.ofSeconds(1);

    private static final Timeout PROBE = Timeout.ofMilliseconds(1);

    private volatile boolean closed;
    private SessionInputBuffer received;
    private int interimResponses;
    private final LongSupplier nanoTime;
    private long idleSince;
    private Duration idle = Duration.ZERO;

    HttpConnection(LongSupplier nanoTime) {
        super(LIMITS);
        this.nanoTime = nanoTime;
    }

    /** A call may be ended before there is a socket, or between the attempts at two addresses. */
    @Override
    protected void bind(SocketHolder holder) throws IOException {
        super.bind(holder);
        if (closed) {
            close(CloseMode.IMMEDIATE);
            throw new InterruptedIOException("closed while connecting");
        }
    }

    @Override
    public void bind(SSLSocket layered, Socket socket) throws IOException {
        bind(new SocketHolder(layered, socket));
    }

    @Override
    public Socket getSocket() {
        SocketHolder holder = getSocketHolder();
        return holder == null ? null : holder.getSocket();
    }

    @Override
    public ClassicHttpResponse receiveResponseHeader() throws IOException, HttpException {
        ClassicHttpResponse head = super.receiveResponseHeader();
        interimResponses = head.getCode() < 200 ? interimResponses + 1 : 0;
        if (interimResponses > MAX_INTERIM_RESPONSES) {
            throw new ProtocolException("more than " + MAX_INTERIM_RESPONSES + " responses 1xx");
        }
        return head;
    }

    @Override
    protected InputStream createContentInputStream(long length, SessionInputBuffer buffer, InputStream from) {
        received = buffer;
        return super.createContentInputStream(length, buffer, from);
    }

    /** Not with something left over, which would be taken for the answer to the next request. */
    @Override
    public boolean isConsistent() {
        return super.isConsistent() && !hasSurplus();
    }

    private boolean hasSurplus() {
        if (received != null) {
            return received.length() > 0;
        }
        // Without a body so far the buffer was not handed out: only a read tells.
        try {
            return isDataAvailable(PROBE);
        } catch (IOException broken) {
            return true;
        }
    }

    @Override
    public void passivate() {
        idleSince = nanoTime.getAsLong();
    }

    @Override
    public void activate() {
        idle = Duration.ofNanos(nanoTime.getAsLong() - idleSince);
    }

    /** How long it rested before the exchange that it is used for. */
    Duration idle() {
        return idle;
    }

    /** Also if something came unasked. */
    @Override
    public boolean isStale() throws IOException {
        SocketHolder holder = getSocketHolder();
        boolean doubtful = holder == null
                || nanoTime.getAsLong() - idleSince > TRUSTED_IDLE.toNanos()
                || holder.getBaseSocket().getInputStream().available() > 0;
        return doubtful && (super.isStale() || isDataAvailable(PROBE));
    }

    @Override
    public void close() {
        close(CloseMode.IMMEDIATE);
    }

    /** Without the last words of TLS, for which a peer may let us wait. */
    @Override
    public void close(CloseMode mode) {
        closed = true;
        SocketHolder holder = getSocketHolder();
        if (holder != null) {
            Closer.closeQuietly(holder.getBaseSocket());
        }
        super.close(CloseMode.IMMEDIATE);
    }
}
