package id.lum.core.http;

import id.lum.core.http.HttpFailure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.HttpException;

/** Opens connections: to the server or its proxy, at whichever address of the name answers, with TLS where asked. */
final class Connector {
    /** Knows the addresses of a name. */
    @FunctionalInterface
    interface NameService {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private final NameService names;

    Connector(NameService names) {
        this.names = names;
    }

    HttpConnection open(Route route, HttpCall call) throws IOException, HttpException {
        Socket socket = connected(route, call);
        try {
            HttpConnection connection = HttpConnection.plain(route, socket);
            if (!route.secure()) {
                return connection;
            }
            if (route.proxy().isPresent()) {
                openTunnel(connection, call);
            }
            return secured(route, socket, call);
        } catch (IOException | HttpException | RuntimeException | Error failed) {
            call.release(socket);
            throw failed;
        }
    }

    private Socket connected(Route route, HttpCall call) throws IOException {
        call.enter(HttpCall.Stage.RESOLVING);
        InetAddress[] addresses = names.addresses(route.firstHop().getHostString());
        call.enter(HttpCall.Stage.CONNECTING);
        IOException failure = new UnknownHostException(route.firstHop().getHostString());
        for (int i = 0; i < addresses.length; i++) {
            // An address that does not answer leaves time for the others.
            int timeout = Math.max(1, call.remainingMillis() / (addresses.length - i));
            try {
                return connected(
                        new InetSocketAddress(addresses[i], route.firstHop().getPort()), timeout, call);
            } catch (IOException next) {
                call.requireOpen();
                failure = next;
            }
        }
        HttpFailure last = HttpFailure.of(failure);
        throw new HttpFailure(
                // Before there is a connection there is none to be reset.
                last.kind() == Kind.RESET ? Kind.UNREACHABLE : last.kind(),
                route.describeFirstHop() + (addresses.length > 1 ? ", at each of its addresses" : ""),
                failure);
    }

    private static Socket connected(InetSocketAddress address, int timeoutMillis, HttpCall call) throws IOException {
        // Without this a Java system property would send it through SOCKS.
        Socket socket = new Socket(Proxy.NO_PROXY);
        try {
            call.use(socket);
            socket.setTcpNoDelay(true);
            socket.connect(address, timeoutMillis);
            return socket;
        } catch (IOException | RuntimeException | Error failed) {
            call.release(socket);
            throw failed;
        }
    }

    private static void openTunnel(HttpConnection connection, HttpCall call) throws IOException, HttpException {
        call.enter(HttpCall.Stage.TUNNELLING);
        int status = connection.connectTunnel(call);
        if (status >= 300) {
            throw new HttpFailure(
                    Kind.PROXY,
                    connection.route().describeFirstHop() + " answered CONNECT with status " + status
                            + (status == 407 ? ", it wants authentication" : ""));
        }
    }

    private static HttpConnection secured(Route route, Socket socket, HttpCall call) throws IOException {
        call.enter(HttpCall.Stage.SECURING);
        socket.setSoTimeout(call.remainingMillis());
        SSLSocket layered =
                (SSLSocket) context().getSocketFactory().createSocket(socket, route.host(), route.port(), true);
        SSLParameters parameters = layered.getSSLParameters();
        // Otherwise any certificate of anybody would do.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        layered.setSSLParameters(parameters);
        layered.startHandshake();
        return HttpConnection.secure(route, layered, socket);
    }

    private static SSLContext context() throws HttpFailure {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException misconfigured) {
            throw new HttpFailure(Kind.TLS, String.valueOf(misconfigured.getMessage()), misconfigured);
        }
    }
}
