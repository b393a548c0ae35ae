package id.lum.support.http;

import id.lum.support.http.ConnectionOperator.NameService;
import id.lum.support.http.ConnectionOperator.Sockets;
import id.lum.support.http.HttpCall.Stage;
import id.lum.support.http.HttpFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.RequestContent;
import org.apache.hc.core5.http.protocol.RequestTargetHost;
import org.apache.hc.core5.http.protocol.RequestUserAgent;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes exchanges on the connections of Apache HttpClient: its pool, routes, TLS and messages. Its facade is not used:
 * that logs the target of each request with the query, and returns a proxy's refusal as if the server had sent it.
 */
final class HttpTransport {
    /** Shorter than the idle time after which common load balancers forget a connection without a word. */
    private static final TimeValue MAX_IDLE = TimeValue.ofSeconds(20);

    /** The state of every connection in the pool: a request that asks for another state gets a new connection. */
    private static final Object KEPT = "kept";

    private final PoolingHttpClientConnectionManager pool;
    private final HttpRoutePlanner routes = new SystemDefaultRoutePlanner(null);
    private final HttpRequestExecutor executor = new HttpRequestExecutor();
    private final HttpProcessor headers = HttpProcessorBuilder.create()
            .addAll(new RequestTargetHost(), new RequestContent(), new RequestUserAgent("lumid-hooks"))
            .build();

    /** No more than {@code maxExchanges} may be under way at once, so that none ever waits for a connection. */
    HttpTransport(NameService names, Sockets sockets, LongSupplier nanoTime, int maxExchanges) {
        pool = new PoolingHttpClientConnectionManager(
                new ConnectionOperator(names, sockets),
                PoolConcurrencyPolicy.STRICT,
                PoolReusePolicy.LIFO,
                TimeValue.NEG_ONE_MILLISECOND,
                socket -> new HttpConnection(nanoTime));
        // The connection itself knows when a look is due.
        pool.setDefaultConnectionConfig(ConnectionConfig.custom()
                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                .build());
        pool.setDefaultMaxPerRoute(maxExchanges);
        pool.setMaxTotal(maxExchanges);
    }

    /**
     * Sends the request of a call and reads the response.
     *
     * @param fresh whether on a connection that no other exchange has used
     */
    HttpResponse exchange(HttpCall call, boolean fresh) throws Exception {
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(HttpCall.NAME, call);
        BasicClassicHttpRequest request = message(call.request());
        HttpRoute route = routes.determineRoute(RoutingSupport.determineHost(request), request, context);
        ConnectionEndpoint endpoint = pool.lease("", route, Timeout.DISABLED, fresh ? new Object() : KEPT)
                .get(Timeout.ofMilliseconds(Math.max(1, call.remainingMillis())));
        boolean reusable = false;
        try {
            boolean kept = endpoint.isConnected();
            call.use(endpoint, kept);
            if (!kept) {
                pool.connect(endpoint, Timeout.DISABLED, context);
                if (route.isTunnelled()) {
                    openTunnel(endpoint, route, context);
                }
            }
            // A proxy is told in the request line where to go, unless it opened a tunnel.
            request.setAbsoluteRequestUri(route.getProxyHost() != null && !route.isTunnelled());
            ClassicHttpResponse head = send(request, endpoint, context, Stage.WAITING);
            call.enter(Stage.READING);
            BoundedContent content = content(head, call.maxBytes());
            reusable = call.handOver(endpoint)
                    && !content.truncated()
                    && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(request, head, context);
            return new HttpResponse(head.getCode(), headers(head), content);
        } finally {
            if (!reusable) {
                endpoint.close(CloseMode.IMMEDIATE);
            }
            pool.release(endpoint, KEPT, MAX_IDLE);
        }
    }

    private void openTunnel(ConnectionEndpoint endpoint, HttpRoute route, HttpContext context)
            throws IOException, HttpException {
        String target = route.getTargetHost().toHostString();
        ClassicHttpRequest connect = new BasicClassicHttpRequest(Method.CONNECT, route.getTargetHost(), target);
        int status = send(connect, endpoint, context, Stage.TUNNELLING).getCode();
        if (status >= 300) {
            throw new HttpFailure(
                    Kind.PROXY,
                    "proxy " + route.getProxyHost().toHostString() + " answered CONNECT with status " + status
                            + (status == 407 ? ", it wants authentication" : ""));
        }
        pool.upgrade(endpoint, context);
    }

    private ClassicHttpResponse send(
            ClassicHttpRequest request, ConnectionEndpoint endpoint, HttpContext context, Stage stage)
            throws IOException, HttpException {
        executor.preProcess(request, headers, context);
        HttpCall call = HttpCall.of(context);
        return endpoint.execute(
                "",
                request,
                (message, connection, unchanged) -> {
                    call.enter(stage, ((HttpConnection) connection).idle());
                    return executor.execute(message, connection, unchanged);
                },
                context);
    }

    private static BasicClassicHttpRequest message(HttpRequest request) {
        BasicClassicHttpRequest message = new BasicClassicHttpRequest(request.method(), request.uri());
        request.headers().forEach(message::setHeader);
        if (request.body().length > 0) {
            message.setEntity(new ByteArrayEntity(request.body(), null));
        }
        return message;
    }

    private static BoundedContent content(ClassicHttpResponse head, int maxBytes) throws IOException {
        if (head.getEntity() == null) {
            return new BoundedContent(new byte[0], false);
        }
        InputStream content = head.getEntity().getContent();
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

    /** One of them was dead, and what ended it may have ended the others. */
    void closeIdle() {
        pool.closeIdle(TimeValue.ZERO_MILLISECONDS);
    }

    void closeExpired() {
        pool.closeExpired();
    }

    void close() {
        pool.close(CloseMode.IMMEDIATE);
    }
}
