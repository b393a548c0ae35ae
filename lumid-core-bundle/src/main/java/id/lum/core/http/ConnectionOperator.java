package id.lum.core.http;

import id.lum.core.http.HttpCall.Stage;
import id.lum.core.http.HttpFailure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
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

    private final NameService names;

    ConnectionOperator(NameService names) {
        this.names = names;
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
        InetAddress[] addresses = names.addresses(host.getHostName());
        call.enter(Stage.CONNECTING);
        IOException failure = new UnknownHostException(host.getHostName());
        for (int i = 0; i < addresses.length && failure != null; i++) {
            failure = tried(
                    connection,
                    new InetSocketAddress(addresses[i], DefaultSchemePortResolver.INSTANCE.resolve(host)),
                    // An address that does not answer leaves time for the others.
                    Math.max(1, call.remainingMillis() / (addresses.length - i)));
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
            upgrade(connection, host, context);
        }
    }

    private static IOException tried(ManagedHttpClientConnection connection, InetSocketAddress address, long millis)
            throws IOException {
        // Without this a Java system property would send it through SOCKS.
        Socket socket = new Socket(Proxy.NO_PROXY);
        try {
            // From now on a close of the connection ends the attempt.
            connection.bind(socket);
            socket.setTcpNoDelay(true);
            socket.connect(address, (int) millis);
            return null;
        } catch (IOException failed) {
            socket.close();
            return failed;
        }
    }

    @Override
    public void upgrade(ManagedHttpClientConnection connection, HttpHost host, HttpContext context) throws IOException {
        HttpCall.of(context).enter(Stage.SECURING);
        Socket plain = connection.getSocket();
        connection.bind(
                DefaultClientTlsStrategy.createSystemDefault()
                        .upgrade(plain, host.getHostName(), host.getPort(), null, context),
                plain);
    }
}
