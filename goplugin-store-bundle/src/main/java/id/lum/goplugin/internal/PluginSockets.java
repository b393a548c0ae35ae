package id.lum.goplugin.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/**
 * Connects to the one place where a plugin listens, whatever address the transport asks for: it knows Internet
 * addresses alone. Closing this closes every connection, which ends a handshake or a read that hangs.
 */
final class PluginSockets extends SocketFactory implements AutoCloseable {
    private final SocketAddress address;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    PluginSockets(SocketAddress address) {
        this.address = address;
    }

    private Socket connect() throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        Socket socket = new ChannelSocket(channel, open::remove);
        open.add(socket);
        if (closed) {
            socket.close();
            throw new IOException("The plugin is being stopped.");
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connect();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return connect();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connect();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return connect();
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(ChannelSocket::closeQuietly);
    }
}
