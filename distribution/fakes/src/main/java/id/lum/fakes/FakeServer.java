package id.lum.fakes;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A real HTTP/1.1 server on a loopback port, which can go and come back, and remembers what it received. What it
 * answers is for its heirs to decide.
 *
 * <p>It speaks HTTP on plain sockets, because no server library can be made to break off in the middle of a header. One
 * thread listens, and one serves each connection until either side closes it.
 */
abstract class FakeServer implements AutoCloseable {
    /** Where {@link Answer#redirect} leads: every question gets the answer that its asker wants to hear. */
    static final String ELSEWHERE = "/elsewhere";

    private final String name;
    private final int port;
    private final Gate waiting = new Gate();
    private final RingBuffer<Received> requests = new RingBuffer<>();
    private final RingBuffer<String> violations = new RingBuffer<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile Acceptor door;

    FakeServer(String name, int port) throws IOException {
        this.name = name;
        door = new Acceptor("fake " + name + " door", port, this::serve);
        this.port = door.port();
    }

    /** Makes a server that does not serve yet. */
    @FunctionalInterface
    interface Opening<S extends FakeServer> {
        S open() throws IOException;
    }

    static <S extends FakeServer> S started(Opening<S> opening) {
        try {
            S server = opening.open();
            server.open();
            return server;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Runs on the thread of the connection. If it throws, the connection breaks. */
    abstract Answer answer(Received request) throws IOException;

    /** What to set the URL of the service to. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    /** Lets the requests go that are held by {@link Answer#afterRelease}. */
    public void release() {
        waiting.release();
    }

    /** How many requests came. */
    public int requests() {
        return requests.all();
    }

    /** How many requests wait for an answer that is withheld. */
    public int held() {
        return waiting.held();
    }

    /** How many clients gave up before they had what this server was about to send. */
    public int abandoned() {
        return waiting.abandoned();
    }

    /** How many connections are open. */
    public int connected() {
        return connections.size();
    }

    /**
     * What was wrong with the requests, by the protocol's own rules: the latest, oldest first. They name fields, never
     * values.
     */
    public List<String> violations() {
        return violations.list();
    }

    /** Goes away: connections break, and nobody listens any more. */
    public void stop() {
        closeQuietly(door);
        connections.forEach(FakeServer::closeQuietly);
    }

    /** Comes back, on the same port. */
    public void comeBack() {
        try {
            door = new Acceptor("fake " + name + " door", port, this::serve);
            open();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        stop();
        release();
    }

    final void open() {
        door.open();
    }

    RingBuffer<Received> received() {
        return requests;
    }

    boolean allowed(Received request, String method) {
        if (!request.method().equals(method)) {
            violations.add(request.path() + ": the method is not " + method);
        }
        return request.method().equals(method);
    }

    Answer unknownPath() {
        violations.add("there is nothing at this path");
        return Answer.of(404, "");
    }

    Answer followed(Answer wished) {
        violations.add("a redirect was followed");
        return wished;
    }

    private void serve(Socket connection) {
        connections.add(connection);
        Thread thread = new Thread(() -> converse(connection), "fake " + name + " connection");
        thread.setDaemon(true);
        thread.start();
    }

    private void converse(Socket connection) {
        Exchange exchange = new Exchange(connection, waiting);
        try (connection) {
            // Otherwise every answer on a connection that is kept waits 40 ms for an acknowledgement.
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            while (next(in).send(exchange)) {}
        } catch (IOException gone) {
            // The client closed, or stop() did.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    private Answer next(InputStream in) throws IOException {
        try {
            Received request = RequestReader.read(in);
            requests.add(request);
            return answer(request);
        } catch (ProtocolException malformed) {
            violations.add(malformed.getMessage());
            return Answer.badRequest();
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception alreadyGone) {
            // That is what was wanted.
        }
    }
}
