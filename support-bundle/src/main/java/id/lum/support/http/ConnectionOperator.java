package id.lum.support.http;

import id.lum.support.http.HttpCall.Stage;
import id.lum.support.http.HttpFailure.Kind;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.TimeValue;

/**
 * Connects a connection of the pool: at whichever address of the host answers, with TLS where asked. The library's own
 * needs the module {@code jdk.net}, which a runtime of the modules of Java SE does not have, and gives each address the
 * same time, however many there are.
 */
final class ConnectionOperator implements HttpClientConnectionOperator {
    /** Knows the addresses of a name. */
    @FunctionalInterface
    interface NameService {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /** Makes sockets that are not yet connected. */
    @FunctionalInterface
    interface Sockets {
        Socket create();
    }

    /** As long as Java by default answers from memory that a name was not found, whatever the reason was. */
    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final NameService names;
    private final Sockets sockets;
    private final AtomicReference<Long> lookupFailedHere = new AtomicReference<>();

    ConnectionOperator(NameService names, Sockets sockets) {
        this.names = names;
        this.sockets = sockets;
    }

    /** Without the argument a Java system property would send it through SOCKS. */
    static Socket direct() {
        return new Socket(Proxy.NO_PROXY);
    }

    @Override
    public void connect(
            ManagedHttpClientConnection connection,
            HttpHost host,
            InetSocketAddress from,
            TimeValue timeout,
            SocketConfig options,
            HttpContext context)
            throws IOException {
        HttpCall call = HttpCall.of(context);
        call.enter(Stage.RESOLVING);
        InetAddress[] addresses = addresses(host.getHostName());
        call.enter(Stage.CONNECTING);
        IOException failure = new UnknownHostException(host.getHostName());
        for (int i = 0; i < addresses.length && failure != null; i++) {
            IOException next = connectFailure(
                    connection,
                    new InetSocketAddress(addresses[i], DefaultSchemePortResolver.INSTANCE.resolve(host)),
                    // An address that does not answer leaves time for the others.
                    Math.max(1, call.remainingMillis() / (addresses.length - i)));
            // Where this machine has no IPv6, what the other address says is about the host.
            failure = i > 0 && next instanceof BindException ? failure : next;
        }
        if (failure != null) {
            Kind kind = HttpFailure.of(failure).kind();
            throw new HttpFailure(
                    // Before there is a connection there is none to be reset.
                    kind == Kind.RESET ? Kind.UNREACHABLE : kind,
                    host.toHostString() + (addresses.length > 1 ? ", at each of its addresses" : ""),
                    failure);
        }
        if ("https".equals(host.getSchemeName())) {
            secure(connection, host, context);
        }
    }

    private InetAddress[] addresses(String host) throws IOException {
        try {
            return names.addresses(host);
        } catch (UnknownHostException unknown) {
            // Java says the same when it had no descriptor to ask with.
            try {
                opened().close();
            } catch (HttpFailure none) {
                lookupFailedHere.set(System.nanoTime());
                throw none;
            }
            Long failedHere = lookupFailedHere.get();
            if (failedHere != null && System.nanoTime() - failedHere < REMEMBERED_NANOS) {
                throw new HttpFailure(
                        Kind.INTERNAL, "no lookup of " + host + " since no socket was to be had", unknown);
            }
            throw unknown;
        }
    }

    /** What fails here is no fault of the host. */
    private Socket opened() throws HttpFailure {
        Socket socket = sockets.create();
        try {
            // The first option takes the descriptor.
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException none) {
            Closer.closeQuietly(socket);
            throw new HttpFailure(Kind.INTERNAL, "no socket: " + none.getMessage(), none);
        }
    }

    private IOException connectFailure(ManagedHttpClientConnection connection, InetSocketAddress address, long millis)
            throws IOException {
        Socket socket = opened();
        // From now on a close of the connection ends the attempt.
        connection.bind(socket);
        try {
            socket.connect(address, (int) millis);
            return null;
        } catch (IOException failed) {
            socket.close();
            return failed;
        }
    }

    /** In a tunnel. What the proxy sent before would be read as if it had come from the server, by TLS. */
    @Override
    public void upgrade(ManagedHttpClientConnection connection, HttpHost host, HttpContext context) throws IOException {
        if (!connection.isConsistent()) {
            throw new HttpFailure(Kind.PROXY, "it sent more than its answer to CONNECT");
        }
        secure(connection, host, context);
    }

    private static void secure(ManagedHttpClientConnection connection, HttpHost host, HttpContext context)
            throws IOException {
        HttpCall.of(context).enter(Stage.SECURING);
        Socket plain = connection.getSocket();
        connection.bind(
                DefaultClientTlsStrategy.createSystemDefault()
                        .upgrade(plain, host.getHostName(), host.getPort(), null, context),
                plain);
    }
}
