package id.lum.fakes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;

/** A loopback port that is listened to, by a thread of its own, until it is closed. */
final class Acceptor implements AutoCloseable {
    private static final int WAITING_MOST = 500;
    private static final long CLOSING_MILLIS_MOST = 10_000;

    private final ServerSocket socket = new ServerSocket();
    private final Thread thread;

    /** Who knocks waits until {@link #open}. */
    Acceptor(String name, int port, Consumer<Socket> visitors) throws IOException {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), WAITING_MOST);
        thread = new Thread(() -> listen(visitors), name);
        thread.setDaemon(true);
    }

    void open() {
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    private void listen(Consumer<Socket> visitors) {
        while (true) {
            Socket visitor;
            try {
                visitor = socket.accept();
            } catch (IOException closed) {
                return;
            }
            visitors.accept(visitor);
        }
    }

    /**
     * A thread that listens keeps the port alive for a moment after its socket was closed, so this waits for it.
     * Whoever was let in has been handed over by then.
     */
    @Override
    public void close() throws IOException {
        socket.close();
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(CLOSING_MILLIS_MOST);
        } catch (InterruptedException again) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
