package id.lum.support.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.ssl.SSLInitializationException;

/**
 * Why there is no response. The message may quote what the server sent: a log shows it by {@link Redaction} only. The
 * {@link Kind} never does.
 */
public final class HttpFailure extends IOException {
    private static final long serialVersionUID = 1;

    /** What went wrong, told apart. */
    public enum Kind {
        /** The client was closed. */
        CLOSED("the client is closed"),
        /** The client had no thread for it in time: too many requests are under way, or the machine is too slow. */
        BUSY("no room for another request"),
        /** No name server knows the host. */
        UNKNOWN_HOST("unknown host"),
        /** No server listens at the address. */
        REFUSED("connection refused"),
        /** No way leads to the address. */
        UNREACHABLE("address unreachable"),
        /** A proxy does not let the request through. */
        PROXY("refused by the proxy"),
        /** The TLS handshake failed, or a certificate will not do. */
        TLS("TLS failed"),
        /** The deadline passed. */
        TIMEOUT("no complete answer"),
        /** The connection ended before the answer was complete. */
        RESET("connection closed or reset"),
        /** The answer is not HTTP. */
        MALFORMED("malformed answer"),
        /** The head of the answer is too long. */
        TOO_LARGE("head of the answer too large"),
        /** This program failed, or this machine has no descriptor or no port left. */
        INTERNAL("internal error");

        private final String phrase;

        Kind(String phrase) {
            this.phrase = phrase;
        }

        /**
         * For a log.
         *
         * @return a few words of ours
         */
        public String phrase() {
            return phrase;
        }
    }

    private static final Set<Kind> NAMED_ONLY = EnumSet.of(Kind.MALFORMED, Kind.TOO_LARGE, Kind.INTERNAL);

    private final Kind kind;

    HttpFailure(Kind kind, String detail, Throwable from) {
        super(detail.isEmpty() ? kind.phrase() : kind.phrase() + ": " + detail, from);
        this.kind = requireNonNull(kind, "kind");
    }

    HttpFailure(Kind kind, String detail) {
        this(kind, detail, null);
    }

    /** The time is over. */
    HttpFailure(Duration deadline, String stage) {
        super(Kind.TIMEOUT.phrase() + " within " + deadline.toMillis() + " ms, still " + stage);
        kind = Kind.TIMEOUT;
    }

    /**
     * What went wrong.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /** Whether a kept connection that fails in this way had been given up by the other side. */
    boolean meansDeadConnection() {
        return kind == Kind.RESET;
    }

    static HttpFailure of(Throwable from) {
        if (from instanceof HttpFailure known) {
            return known;
        }
        Kind kind = kindOf(from);
        String message = from.getMessage() == null ? "" : from.getMessage();
        // The parser quotes what it could not read with marks of its own in it, which would hide a secret from a
        // search.
        return new HttpFailure(kind, NAMED_ONLY.contains(kind) ? from.getClass().getSimpleName() : message, from);
    }

    private static Kind kindOf(Throwable from) {
        if (from instanceof UnknownHostException) {
            return Kind.UNKNOWN_HOST;
        } else if (from instanceof BindException || isOutOfPorts(from)) {
            return Kind.INTERNAL;
        } else if (from instanceof ConnectException) {
            return Kind.REFUSED;
        } else if (from instanceof NoRouteToHostException) {
            return Kind.UNREACHABLE;
        } else if (from instanceof SSLException && from.getCause() instanceof SocketException) {
            return Kind.RESET;
        } else if (from instanceof SSLInitializationException) {
            // Our own certificates could not be read, for instance without a file descriptor; no server was asked.
            return Kind.INTERNAL;
        } else if (from instanceof SSLException && !(from.getCause() instanceof InterruptedIOException)) {
            return Kind.TLS;
        } else if (from instanceof InterruptedIOException
                || from instanceof SSLException
                || from instanceof TimeoutException) {
            return Kind.TIMEOUT;
        } else if (from instanceof MessageConstraintException) {
            return Kind.TOO_LARGE;
        } else if (from instanceof NoHttpResponseException || from instanceof ConnectionClosedException) {
            return Kind.RESET;
        } else if (from instanceof HttpException || from instanceof MalformedChunkCodingException) {
            return Kind.MALFORMED;
        }
        // The other side's end of a connection, however the operating system words it.
        return from instanceof IOException ? Kind.RESET : Kind.INTERNAL;
    }

    private static boolean isOutOfPorts(Throwable from) {
        return from instanceof SocketException
                && from.getMessage() != null
                && from.getMessage().startsWith("Cannot assign requested address");
    }
}
