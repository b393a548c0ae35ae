package id.lum.fakes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;

/** What goes back to a client, right or wrong. Immutable; described by what it does. */
public final class Answer {
    private static final long DRIP_MILLIS = 20;
    private static final String ENDLESS = "1".repeat(1_000_000);
    private static final String JSON = "application/json";

    /** RFC 9110 section 5.6.7: the day has two digits, which the JDK's own format forgets. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final String name;
    private final Act act;

    private Answer(String name, Act act) {
        this.name = name;
        this.act = act;
    }

    /** Sends something. True if the connection is kept. */
    @FunctionalInterface
    interface Act {
        boolean on(Exchange exchange) throws IOException, InterruptedException;
    }

    boolean send(Exchange exchange) throws IOException, InterruptedException {
        return act.on(exchange);
    }

    /** Status 200 with this body. */
    public static Answer json(String body) {
        return of(200, body);
    }

    /** This status with this body. */
    public static Answer of(int status, String body) {
        return answer("status " + status, message(status, JSON, "", body));
    }

    /** Status 200 and a page for people. */
    public static Answer html() {
        return answer("a page", message(200, "text/html", "", "<html>It works</html>"));
    }

    /** Status 200 and nothing. */
    public static Answer empty() {
        return answer("an empty body", message(200, JSON, "", ""));
    }

    /** This status, to be asked again after so many seconds. */
    public static Answer retryAfter(int status, long seconds) {
        return retryAfter(status, Long.toString(seconds));
    }

    /** This status, to be asked again at this time; fractions of a second are cut off. */
    public static Answer retryAfter(int status, Instant time) {
        return retryAfter(status, HTTP_DATE.format(time));
    }

    private static Answer retryAfter(int status, String header) {
        return answer(
                "status " + status + ", again after " + header,
                message(status, JSON, "Retry-After: " + header + "\r\n", "{}"));
    }

    /** This status, which sends the client to {@code /elsewhere}, where all is well. */
    public static Answer redirect(int status) {
        return redirectTo(status, FakeServer.ELSEWHERE);
    }

    /** The same, with a query that says what was asked. */
    static Answer redirect(int status, String query) {
        return redirectTo(status, FakeServer.ELSEWHERE + "?" + query);
    }

    private static Answer redirectTo(int status, String place) {
        return answer("status " + status + " to elsewhere", message(status, JSON, "Location: " + place + "\r\n", ""));
    }

    /** The right answer, compressed although nobody asked for it. */
    public static Answer compressed(String body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(body.getBytes(StandardCharsets.UTF_8));
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return new Answer("compressed", exchange -> {
            exchange.write(head(200, JSON, "Content-Encoding: gzip\r\n", bytes.size()));
            exchange.write(bytes.toByteArray());
            return true;
        });
    }

    /** Nothing, until the client gives up. */
    public static Answer silent() {
        return new Answer("silent", exchange -> {
            exchange.waiting().forTheClientToGo(exchange.connection());
            return false;
        });
    }

    /** A body without end. */
    public static Answer huge() {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: " + JSON + "\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunk = "4000\r\n" + "1".repeat(0x4000) + "\r\n";
        return toTheEnd("huge", exchange -> {
            exchange.write(head);
            while (true) {
                exchange.write(chunk);
            }
        });
    }

    /** A body of digits and the right type, one byte at a time. */
    public static Answer drippingBody() {
        return toTheEnd("a dripping body", exchange -> {
            exchange.write(head(200, JSON, "", ENDLESS.length()));
            drip(exchange, ENDLESS);
        });
    }

    /** A head without end, one byte at a time. */
    public static Answer drippingHead() {
        return toTheEnd("a dripping head", exchange -> drip(exchange, "HTTP/1.1 200 OK\r\nX-Padding: " + ENDLESS));
    }

    /** Closes instead of answering. */
    public static Answer closing() {
        return last("closing", "");
    }

    /** Breaks the connection instead of answering: the client is told that it was reset. */
    public static Answer reset() {
        return new Answer("a reset", exchange -> {
            exchange.connection().setSoLinger(true, 0);
            return false;
        });
    }

    /** Closes in the middle of the head. */
    public static Answer cutHead() {
        return last("a cut head", "HTTP/1.1 200 OK\r\nContent-Le");
    }

    /** Closes in the middle of the body: its last byte never comes. */
    public static Answer cutBody(String body) {
        return last("a cut body", cut(body));
    }

    /** As {@link #cutBody}, but closes its own direction only, and reads on until the client gives up. */
    public static Answer halfClosing(String body) {
        String begun = cut(body);
        return new Answer("half closing", exchange -> {
            exchange.write(begun);
            exchange.connection().shutdownOutput();
            exchange.waiting().forTheClientToGo(exchange.connection());
            return false;
        });
    }

    static Answer badRequest() {
        return last("status 400, the last", message(400, JSON, "Connection: close\r\n", ""));
    }

    /** Something that is not HTTP. */
    public static Answer notHttp(String text) {
        return last("not HTTP", text);
    }

    /** These characters and nothing else; the connection stays open until the client gives up. */
    public static Answer verbatim(String name, String text) {
        return new Answer(name, exchange -> {
            exchange.write(text);
            exchange.waiting().forTheClientToGo(exchange.connection());
            return false;
        });
    }

    /** These characters, then others again and again, until the client gives up. */
    public static Answer flood(String name, String beginning, String repeated) {
        return toTheEnd(name, exchange -> {
            exchange.write(beginning);
            while (true) {
                exchange.write(repeated);
            }
        });
    }

    /** This answer, and in the same breath some characters that nobody asked for. The connection is kept. */
    public static Answer withSurplus(String body, String surplus) {
        return answer("a surplus", message(200, JSON, "", body) + surplus);
    }

    /** The same, but only after {@code release}. */
    public Answer afterRelease() {
        return new Answer(name + ", after release", exchange -> {
            exchange.waiting().forRelease();
            return act.on(exchange);
        });
    }

    @Override
    public String toString() {
        return name;
    }

    private static Answer answer(String name, String message) {
        return new Answer(name, exchange -> {
            exchange.write(message);
            return true;
        });
    }

    private static Answer last(String name, String text) {
        return new Answer(name, exchange -> {
            exchange.write(text);
            return false;
        });
    }

    private static Answer toTheEnd(String name, Endless endless) {
        return new Answer(name, exchange -> {
            try {
                endless.on(exchange);
            } catch (IOException broken) {
                exchange.waiting().gone(exchange.connection());
            }
            return false;
        });
    }

    /** Sends more than anybody wants to have. */
    @FunctionalInterface
    private interface Endless {
        void on(Exchange exchange) throws IOException;
    }

    private static void drip(Exchange exchange, String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            exchange.write(text.substring(i, i + 1));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(DRIP_MILLIS));
        }
    }

    private static String message(int status, String type, String headers, String body) {
        return head(status, type, headers, body.getBytes(StandardCharsets.UTF_8).length) + body;
    }

    private static String cut(String body) {
        return head(200, JSON, "", body.getBytes(StandardCharsets.UTF_8).length) + body.substring(0, body.length() - 1);
    }

    private static String head(int status, String type, String headers, int length) {
        return "HTTP/1.1 " + status + " Fake\r\nContent-Type: " + type + "\r\n" + headers + "Content-Length: " + length
                + "\r\n\r\n";
    }
}
