package id.lum.goplugin.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A connected channel as a socket. Java 17 reaches a Unix domain socket through a channel only, and gRPC's transport,
 * like the TLS sockets that are put around this one, wants a socket.
 *
 * <p>The streams of {@link java.nio.channels.Channels} do not serve: up to Java 18 a write waits there for the read of
 * another thread.
 *
 * <p>Options have no effect. A read waits without a limit, until this is closed.
 */
final class ChannelSocket extends Socket {
    /** What is done once, when a socket is closed. */
    @FunctionalInterface
    interface CloseListener {
        void closed(Socket socket);
    }

    private final SocketChannel channel;
    private final CloseListener listener;

    ChannelSocket(SocketChannel channel, CloseListener listener) {
        this.channel = channel;
        this.listener = listener;
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException nothingToLose) {
            // Nobody waits for what it might still have written.
        }
    }

    @Override
    public InputStream getInputStream() {
        return new ChannelInput();
    }

    @Override
    public OutputStream getOutputStream() {
        return new ChannelOutput();
    }

    @Override
    public void close() throws IOException {
        listener.closed(this);
        channel.close();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /** The transport shows it in a log. */
    @Override
    public InetAddress getInetAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        try {
            return channel.getRemoteAddress();
        } catch (IOException closed) {
            return null;
        }
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        try {
            return channel.getLocalAddress();
        } catch (IOException closed) {
            return null;
        }
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public void setSoTimeout(int millis) {}

    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public void setSoLinger(boolean on, int seconds) {}

    @Override
    public void setKeepAlive(boolean on) {}

    private final class ChannelInput extends InputStream {
        private final byte[] single = new byte[1];

        @Override
        public int read() throws IOException {
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return length == 0 ? 0 : channel.read(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void close() throws IOException {
            ChannelSocket.this.close();
        }
    }

    private final class ChannelOutput extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        @Override
        public void close() throws IOException {
            ChannelSocket.this.close();
        }
    }
}
