package id.lum.fakes;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * A lum.id for tests: a real HTTP/1.1 server on a loopback port, with a table of tokens, and a number of ways to
 * misbehave that can be switched while it serves.
 *
 * <p>It speaks HTTP on plain sockets, because no server library can be made to break off in the middle of a header; and
 * so it needs nothing but {@code java.base} wherever it runs.
 */
public final class FakeLumid implements AutoCloseable {
    /** How it answers. */
    public enum Mode {
        /** From the table; a token that is not in it is inactive. */
        NORMAL,
        /** As normal, but only after {@link FakeLumid#release}. */
        SLOW,
        /** Takes the request and says nothing until the client gives up. */
        SILENT,
        /** With the status and body given to {@link FakeLumid#answerWith}. */
        STATUS,
        /** Sends the client elsewhere, with the token: to itself, where every token is active. */
        REDIRECT,
        /** A body without end. */
        HUGE,
        /** A body of digits and the right type, one byte at a time. */
        DRIPPING_BODY,
        /** A head without end, one byte at a time. */
        DRIPPING_HEAD,
        /** Closes instead of answering. */
        CLOSING,
        /** Closes in the middle of the head. */
        CUT_HEAD,
        /** Closes in the middle of the body. */
        CUT_BODY,
        /** Status 200 and a page for people. */
        NOT_JSON,
        /** The right answer, compressed although nobody asked for it. */
        COMPRESSED,
        /** Something that is not HTTP. */
        NOT_HTTP
    }

    /** A request as it came. Names of headers are in lower case. */
    public record Request(String line, Map<String, String> headers, String body) {
        /** The token asked about; empty if there is none. */
        public String token() {
            return body.startsWith("token=")
                    ? URLDecoder.decode(body.substring("token=".length()), StandardCharsets.UTF_8)
                    : "";
        }
    }

    private static final String INACTIVE = "{\"active\":false}";
    private static final int REQUESTS_KEPT = 1000;
    private static final long DRIP_MILLIS = 20;

    private final int port;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Map<String, Mode> modes = new ConcurrentHashMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final AtomicInteger connected = new AtomicInteger();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    // Guarded by itself.
    private final Deque<Request> requests = new ArrayDeque<>();

    private volatile Mode mode = Mode.NORMAL;
    private volatile int status = 500;
    private volatile String statusBody = "";
    private volatile CountDownLatch gate = new CountDownLatch(1);
    private volatile ServerSocket door;

    private FakeLumid(int port) throws IOException {
        door = open(port);
        this.port = door.getLocalPort();
    }

    /** Starts one on a free port. */
    public static FakeLumid start() {
        return startOn(0);
    }

    /** Starts one on this port. */
    public static FakeLumid startOn(int port) {
        try {
            FakeLumid fake = new FakeLumid(port);
            fake.serve();
            return fake;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What to set {@code base.url} to. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    /** Answers questions about this token with this body. */
    public FakeLumid knows(String token, String json) {
        tokens.put(token, json);
        return this;
    }

    /** Answers that this token is active and whose it is. */
    public FakeLumid issue(String token, String sub, String email, String... scopes) {
        String list = Stream.of(scopes).map(scope -> '"' + scope + '"').collect(Collectors.joining(","));
        return knows(
                token,
                "{\"active\":true,\"sub\":\"" + sub + "\",\"email\":\"" + email + "\",\"scopes\":[" + list + "]}");
    }

    /** The token is inactive from now on. */
    public void revoke(String token) {
        tokens.remove(token);
    }

    /** Answers in this way from now on. Requests that are held stay held. */
    public void mode(Mode changed) {
        mode = changed;
    }

    /** Answers questions about this token in this way from now on, whatever becomes of the others. */
    public void mode(String token, Mode changed) {
        modes.put(token, changed);
    }

    /** Answers every request with this status and body from now on. */
    public void answerWith(int changedStatus, String body) {
        status = changedStatus;
        statusBody = body;
        mode = Mode.STATUS;
    }

    /** Lets the requests go that are held by {@link Mode#SLOW}. */
    public void release() {
        CountDownLatch opened = gate;
        gate = new CountDownLatch(1);
        opened.countDown();
    }

    /** How many requests came, for whatever token. */
    public int requests() {
        return all.get();
    }

    /** How many requests came for this token. */
    public int requests(String token) {
        return asked.getOrDefault(token, 0);
    }

    /** How many requests wait for an answer in a mode that withholds it. */
    public int held() {
        return held.get();
    }

    /** How many clients gave up before they had what this server was about to send. */
    public int abandoned() {
        return abandoned.get();
    }

    /** How many connections are open. */
    public int connected() {
        return connected.get();
    }

    /** The latest requests, oldest first. */
    public List<Request> latest() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    public Request last() {
        synchronized (requests) {
            return requests.getLast();
        }
    }

    /** Goes away: connections break, and nobody listens any more. */
    public void stop() {
        closeQuietly(door);
        connections.forEach(FakeLumid::closeQuietly);
    }

    /** Comes back, on the same port. */
    public void comeBack() {
        try {
            door = open(port);
            serve();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        stop();
        release();
    }

    private static ServerSocket open(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 500);
        return socket;
    }

    private void serve() {
        ServerSocket listening = door;
        run("fake lum.id door", () -> {
            while (!listening.isClosed()) {
                Socket connection;
                try {
                    connection = listening.accept();
                } catch (IOException closed) {
                    return;
                }
                connections.add(connection);
                run("fake lum.id connection", () -> converse(connection, listening));
            }
        });
    }

    private static void run(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void converse(Socket connection, ServerSocket acceptedBy) {
        connected.incrementAndGet();
        try (connection) {
            // Otherwise every answer on a connection that is kept waits 40 ms for an acknowledgement.
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            // One may have been accepted just before the door was closed.
            while (!acceptedBy.isClosed() && answer(read(in), in, connection.getOutputStream())) {}
        } catch (IOException gone) {
            // The client closed, or stop() did.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
            connected.decrementAndGet();
        }
    }

    private Request read(InputStream in) throws IOException {
        String line = line(in);
        Map<String, String> headers = new HashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            if (colon < 0) {
                throw new IOException("not HTTP");
            }
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        Request request =
                new Request(line, Map.copyOf(headers), new String(in.readNBytes(length), StandardCharsets.UTF_8));
        synchronized (requests) {
            requests.addLast(request);
            if (requests.size() > REQUESTS_KEPT) {
                requests.removeFirst();
            }
        }
        all.incrementAndGet();
        asked.merge(request.token(), 1, Integer::sum);
        return request;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("closed");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** True if the connection is kept. */
    private boolean answer(Request request, InputStream in, OutputStream out) throws IOException, InterruptedException {
        boolean elsewhere = request.line().contains("/elsewhere");
        String json =
                elsewhere ? "{\"active\":true,\"sub\":\"redirected\"}" : tokens.getOrDefault(request.token(), INACTIVE);
        if (elsewhere) {
            return send(out, 200, "", json);
        }
        switch (modes.getOrDefault(request.token(), mode)) {
            case NORMAL:
                return send(out, 200, "", json);
            case SLOW:
                hold();
                return send(out, 200, "", json);
            case STATUS:
                return send(out, status, "", statusBody);
            case REDIRECT:
                String location = url() + "/elsewhere?" + request.body();
                return send(out, 307, "Location: " + location + "\r\n", "");
            case NOT_JSON:
                return send(out, 200, "", "<html>It works</html>");
            case COMPRESSED:
                return sendCompressed(out, json);
            case SILENT:
                waitForTheClientToGo(in);
                return false;
            case HUGE:
                flood(out);
                return false;
            case DRIPPING_BODY:
                drip(out, head(200, "", 1_000_000) + "1".repeat(1_000_000));
                return false;
            case DRIPPING_HEAD:
                drip(out, "HTTP/1.1 200 OK\r\nX-Padding: " + "1".repeat(1_000_000));
                return false;
            case CLOSING:
                return false;
            case CUT_HEAD:
                write(out, "HTTP/1.1 200 OK\r\nContent-Le");
                return false;
            case CUT_BODY:
                write(out, head(200, "", json.length()) + json.substring(0, json.length() - 1));
                return false;
            case NOT_HTTP:
                write(out, "220 mail.example.org ESMTP ready for " + request.token() + "\r\n\r\n");
                return false;
            default:
                throw new IllegalStateException("No such mode: " + mode);
        }
    }

    private void hold() throws InterruptedException {
        held.incrementAndGet();
        try {
            gate.await();
        } finally {
            held.decrementAndGet();
        }
    }

    private void waitForTheClientToGo(InputStream in) {
        held.incrementAndGet();
        try {
            if (in.read() < 0) {
                abandoned.incrementAndGet();
            }
        } catch (IOException reset) {
            abandoned.incrementAndGet();
        } finally {
            held.decrementAndGet();
        }
    }

    private void flood(OutputStream out) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        String chunk = "4000\r\n" + "1".repeat(0x4000) + "\r\n";
        try {
            while (!door.isClosed()) {
                write(out, chunk);
            }
        } catch (IOException gone) {
            abandoned.incrementAndGet();
        }
    }

    private void drip(OutputStream out, String text) {
        try {
            // The head that is not meant to drip goes at once.
            int start = Math.max(0, text.indexOf("\r\n\r\n"));
            write(out, text.substring(0, start));
            for (int i = start; i < text.length() && !door.isClosed(); i++) {
                write(out, text.substring(i, i + 1));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(DRIP_MILLIS));
            }
        } catch (IOException gone) {
            abandoned.incrementAndGet();
        }
    }

    private static boolean sendCompressed(OutputStream out, String json) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(json.getBytes(StandardCharsets.UTF_8));
        }
        out.write(head(200, "Content-Encoding: gzip\r\n", bytes.size()).getBytes(StandardCharsets.UTF_8));
        out.write(bytes.toByteArray());
        out.flush();
        return true;
    }

    private static boolean send(OutputStream out, int status, String headers, String body) throws IOException {
        write(out, head(status, headers, body.getBytes(StandardCharsets.UTF_8).length) + body);
        return true;
    }

    private static String head(int status, String headers, int length) {
        return "HTTP/1.1 " + status + " Fake\r\nContent-Type: application/json\r\n" + headers + "Content-Length: "
                + length + "\r\n\r\n";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception alreadyGone) {
            // That is what was wanted.
        }
    }
}
