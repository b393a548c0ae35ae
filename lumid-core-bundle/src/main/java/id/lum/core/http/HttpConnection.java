package id.lum.core.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.util.Timeout;

/** A connection to a server. Used by one thread at a time; {@link #discard} is for any. */
final class HttpConnection extends DefaultBHttpClientConnection {
    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxLineLength(16 * 1024)
            .setMaxHeaderCount(256)
            .setMaxEmptyLineCount(8)
            .build();

    private static final int MAX_INTERIM_RESPONSES = 16;

    /** A connection that rested longer is looked at before it is used. */
    private static final Duration TRUSTED_IDLE = Duration.ofSeconds(1);

    private static final Timeout PROBE = Timeout.ofMilliseconds(1);

    private final Route route;
    private final Socket socket;
    private SessionInputBuffer received;
    private boolean reusable;
    private long idleSince;

    private HttpConnection(Route route, Socket socket) {
        super(LIMITS);
        this.route = route;
        this.socket = socket;
    }

    static HttpConnection plain(Route route, Socket socket) throws IOException {
        HttpConnection connection = new HttpConnection(route, socket);
        connection.bind(socket);
        return connection;
    }

    static HttpConnection secure(Route route, SSLSocket layered, Socket socket) throws IOException {
        HttpConnection connection = new HttpConnection(route, socket);
        connection.bind(layered, socket);
        return connection;
    }

    Route route() {
        return route;
    }

    Socket socket() {
        return socket;
    }

    /** Sends a request and reads the response, of its body at most so many bytes. */
    HttpResponse exchange(HttpRequest request, int maxBytes, HttpCall call) throws IOException, HttpException {
        reusable = false;
        setSocketTimeout(Timeout.ofMilliseconds(call.remainingMillis()));
        BasicClassicHttpRequest message = message(request);
        call.enter(HttpCall.Stage.SENDING);
        sendRequestHeader(message);
        sendRequestEntity(message);
        flush();
        call.enter(HttpCall.Stage.WAITING);
        ClassicHttpResponse head = receiveFinalHead();
        call.enter(HttpCall.Stage.READING);
        BoundedContent content = content(head, maxBytes);
        reusable = !content.cutShort()
                && (received == null || received.length() == 0)
                && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(message, head, HttpCoreContext.create());
        return new HttpResponse(head.getCode(), headers(head), content);
    }

    /** Asks a proxy for a tunnel to the server. */
    int connectTunnel(HttpCall call) throws IOException, HttpException {
        setSocketTimeout(Timeout.ofMilliseconds(call.remainingMillis()));
        BasicClassicHttpRequest connect = withTarget("CONNECT", route.authority(true));
        connect.setHeader("Host", route.authority(true));
        sendRequestHeader(connect);
        flush();
        return receiveFinalHead().getCode();
    }

    private BasicClassicHttpRequest message(HttpRequest request) {
        URI uri = request.uri();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        String inFull = route.namesTargetInFull() ? "http://" + route.authority(false) : "";
        BasicClassicHttpRequest message = withTarget(request.method(), inFull + target);
        message.setHeader("Host", route.authority(false));
        message.setHeader("User-Agent", "lumid-hooks");
        request.headers().forEach(message::setHeader);
        if (request.body().length > 0 || !request.method().equals("GET")) {
            message.setHeader("Content-Length", Integer.toString(request.body().length));
            message.setEntity(new ByteArrayEntity(request.body(), null));
        }
        return message;
    }

    /** Word for word: from a URI the library would take the path alone. */
    private static BasicClassicHttpRequest withTarget(String method, String target) {
        return new BasicClassicHttpRequest(method, (HttpHost) null, target);
    }

    private ClassicHttpResponse receiveFinalHead() throws IOException, HttpException {
        for (int i = 0; i <= MAX_INTERIM_RESPONSES; i++) {
            ClassicHttpResponse head = receiveResponseHeader();
            if (head.getCode() >= 200) {
                return head;
            }
        }
        throw new HttpFailure(HttpFailure.Kind.MALFORMED, "more than " + MAX_INTERIM_RESPONSES + " responses 1xx");
    }

    private BoundedContent content(ClassicHttpResponse head, int maxBytes) throws IOException, HttpException {
        if (head.getCode() == 204 || head.getCode() == 304) {
            return new BoundedContent(new byte[0], false);
        }
        receiveResponseEntity(head);
        HttpEntity entity = head.getEntity();
        InputStream content = entity.getContent();
        byte[] bytes = content.readNBytes(maxBytes);
        return new BoundedContent(bytes, bytes.length == maxBytes && content.read() >= 0);
    }

    private static Map<String, String> headers(ClassicHttpResponse head) {
        Map<String, String> headers = new HashMap<>();
        head.headerIterator()
                .forEachRemaining(header -> headers.putIfAbsent(
                        header.getName().toLowerCase(Locale.ROOT), header.getValue() == null ? "" : header.getValue()));
        return headers;
    }

    @Override
    protected InputStream createContentInputStream(long length, SessionInputBuffer buffer, InputStream from) {
        received = buffer;
        return super.createContentInputStream(length, buffer, from);
    }

    /** Whether the last exchange left it fit for another. */
    boolean isReusable() {
        return reusable;
    }

    void rest(long nanos) {
        idleSince = nanos;
    }

    boolean restedLongerThan(Duration time, long nanos) {
        return nanos - idleSince > time.toNanos();
    }

    /**
     * Whether it may be used again. One that the other side closed may not, nor one on which something came that nobody
     * asked for: it would be taken for the answer to the next request.
     */
    boolean isFitAt(long nanos) {
        try {
            boolean doubtful = restedLongerThan(TRUSTED_IDLE, nanos)
                    || socket.getInputStream().available() > 0;
            return !doubtful || !isStale() && !isDataAvailable(PROBE);
        } catch (IOException broken) {
            return false;
        }
    }

    /** Ends it, whatever it is doing. Never waits, as closing the TLS layer might. */
    void discard() {
        discard(socket);
    }

    static void discard(Socket socket) {
        try {
            socket.close();
        } catch (SocketException alreadyBroken) {
            // It is closed all the same.
        } catch (IOException alreadyBroken) {
            // It is closed all the same.
        }
    }
}
