package id.lum.support.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import id.lum.fakes.Answer;
import id.lum.fakes.ScriptedServer;
import id.lum.support.http.HttpFailure.Kind;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.testing.Await;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against a server that is slow, wrong, absent or huge each call ends in time, leaves nothing, and the next succeeds.
 */
class BoundedHttpTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    /** In full use of the machine a thread must begin within it. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final int MAX_BYTES = 64 * 1024;

    private final ScriptedServer server = ScriptedServer.start();
    private final BoundedHttp http = new BoundedHttp("test", 64);

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private HttpRequest once() {
        return HttpRequest.post(
                server.url().resolve("/some?query"), "text/plain", "token=1".getBytes(StandardCharsets.UTF_8));
    }

    private HttpRequest idempotent() {
        return once().asIdempotent();
    }

    private static String outcome(BoundedHttp http, HttpRequest request, Duration deadline) {
        return outcome(http.send(request, deadline, MAX_BYTES));
    }

    private static String outcome(CompletableFuture<HttpResponse> reply) {
        try {
            HttpResponse response = reply.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
            return response.status() + (response.body().truncated() ? ", cut short" : "");
        } catch (ExecutionException failed) {
            return failed.getCause() instanceof HttpFailure failure
                    ? failure.kind().name()
                    : failed.getCause().toString();
        } catch (Exception late) {
            throw new AssertionError("no end", late);
        }
    }

    private String outcome(HttpRequest request, Duration deadline) {
        return outcome(http, request, deadline);
    }

    /** Of the whole process. Where there is no such folder, the server's own count has to do. */
    private static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }

    private static Answer raw(String text) {
        return Answer.verbatim("raw " + text.replaceAll("[^ -~]", ".").substring(0, Math.min(text.length(), 60)), text);
    }

    static Stream<Arguments> wrongAnswers() {
        String head = "HTTP/1.1 200 OK\r\n";
        return Stream.of(
                Arguments.of(raw("SSH-2.0-OpenSSH_9.2\r\n"), Kind.MALFORMED),
                Arguments.of(raw(head + "no colon\r\nContent-Length: 2\r\n\r\n{}"), Kind.MALFORMED),
                Arguments.of(raw(head + ": nameless\r\nContent-Length: 2\r\n\r\n{}"), Kind.MALFORMED),
                Arguments.of(raw(head + "Content-Length: abc\r\n\r\n"), Kind.MALFORMED),
                Arguments.of(raw(head + "Content-Length: -1\r\n\r\n"), Kind.MALFORMED),
                Arguments.of(raw(head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "), Kind.MALFORMED),
                Arguments.of(raw("HTTP/3.9 200 OK\r\n\r\n"), Kind.MALFORMED),
                Arguments.of(raw("HTTP/1.1 abc OK\r\n\r\n"), Kind.MALFORMED),
                Arguments.of(raw(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), Kind.MALFORMED),
                Arguments.of(raw(head + "Transfer-Encoding: gzip\r\n\r\n"), Kind.MALFORMED),
                Arguments.of(raw("HTTP/1.1 100 Continue\r\n\r\n".repeat(1000)), Kind.MALFORMED),
                Arguments.of(raw("\r\n".repeat(1000)), Kind.TOO_LARGE),
                Arguments.of(raw(head + "X: " + "x".repeat(4 << 20)), Kind.TOO_LARGE),
                Arguments.of(raw(head + "X: y\r\n".repeat(100_000)), Kind.TOO_LARGE),
                Arguments.of(Answer.flood("headers", head, "X: y\r\n"), Kind.TOO_LARGE),
                Arguments.of(raw("\u0015\u0003\u0001\u0000\u0002\u0002F"), Kind.TIMEOUT),
                Arguments.of(Answer.silent(), Kind.TIMEOUT),
                Arguments.of(Answer.drippingHead(), Kind.TIMEOUT),
                Arguments.of(Answer.drippingBody(), Kind.TIMEOUT),
                Arguments.of(Answer.closing(), Kind.RESET),
                Arguments.of(Answer.reset(), Kind.RESET),
                Arguments.of(Answer.cutHead(), Kind.MALFORMED),
                Arguments.of(Answer.cutBody("{}"), Kind.RESET),
                Arguments.of(Answer.halfClosing("{}"), Kind.RESET));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongAnswers")
    void aWrongAnswerEndsTheCallAndItsSocketAndTheNextCallSucceeds(Answer answer, Kind kind) {
        server.script().always(answer);
        Duration deadline = kind == Kind.TIMEOUT ? SHORT : BOUND;
        assertThat(outcome(idempotent(), deadline)).isEqualTo(kind.name());
        int before = descriptors();
        // Those that take their whole time are made at once.
        int atOnce = kind == Kind.TIMEOUT ? 10 : 1;
        for (int made = 0; made < (kind == Kind.TIMEOUT ? 10 : 200); made += atOnce) {
            List<CompletableFuture<HttpResponse>> replies = Stream.generate(
                            () -> http.send(idempotent(), deadline, MAX_BYTES))
                    .limit(atOnce)
                    .toList();
            replies.forEach(reply -> assertThat(outcome(reply)).isEqualTo(kind.name()));
        }
        Await.until("no connection is left", () -> server.connected() == 0);
        Await.until("no descriptor is left", () -> descriptors() <= before + 2);
        server.script().normal();
        assertThat(outcome(idempotent(), BOUND)).isEqualTo("200");
    }

    @Test
    void aBodyWithoutEndIsCutAtItsBoundAndTheConnectionGivenUp() {
        server.script().next(Answer.huge());
        assertThat(outcome(once(), BOUND)).isEqualTo("200, cut short");
        Await.until("no connection is left", () -> server.connected() == 0);
    }

    @Test
    void theRequestIsWhatWasAskedForAndNothingElse() {
        assertThat(outcome(once().header("X-Some", "value"), BOUND)).isEqualTo("200");
        assertThat(server.violations()).isEmpty();
        assertThat(server.latest().get(0).line()).isEqualTo("POST /some?query HTTP/1.1");
        assertThat(server.latest().get(0).body()).isEqualTo("token=1");
        assertThat(server.latest().get(0).headers())
                .containsOnlyKeys("host", "user-agent", "content-type", "content-length", "x-some")
                .containsEntry("host", "127.0.0.1:" + server.port())
                .containsEntry("content-length", "7");
        outcome(HttpRequest.get(server.url()), BOUND);
        assertThat(server.latest().get(1).line()).isEqualTo("GET / HTTP/1.1");
        assertThat(server.latest().get(1).headers()).doesNotContainKey("content-length");
    }

    @Test
    void theAnswerComesAsItIs() throws Exception {
        server.script().next(Answer.retryAfter(503, 7), Answer.redirect(307), Answer.compressed("{}"));
        HttpResponse waiting = http.send(once(), BOUND, MAX_BYTES).get();
        assertThat(waiting.status()).isEqualTo(503);
        assertThat(waiting.header("retry-After")).contains("7");
        assertThat(waiting.body().bytes()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
        assertThat(outcome(once(), BOUND)).as("not followed").isEqualTo("307");
        assertThat(http.send(once(), BOUND, MAX_BYTES).get().body().bytes())
                .as("not unpacked")
                .startsWith(0x1f, 0x8b);
        assertThat(server.requests()).isEqualTo(3);
    }

    @Test
    void aKeptConnectionThatDiedIsReplacedWithinTheCall() {
        for (Answer death : new Answer[] {Answer.closing(), Answer.reset(), Answer.cutHead(), Answer.cutBody("{}")}) {
            assertThat(outcome(idempotent(), BOUND)).isEqualTo("200");
            int before = server.requests();
            server.script().next(death);
            assertThat(outcome(idempotent(), BOUND))
                    .as(death.toString())
                    .isEqualTo(death.toString().contains("head") ? Kind.MALFORMED.name() : "200");
            assertThat(server.requests() - before).isBetween(1, 2);
        }
    }

    @Test
    void whatMustNotBeRepeatedIsSentOnceAndOnANewConnection() {
        assertThat(outcome(idempotent(), BOUND)).isEqualTo("200");
        server.script().next(Answer.closing());
        assertThat(outcome(once(), BOUND)).isEqualTo(Kind.RESET.name());
        server.script().next(Answer.silent());
        assertThat(outcome(once(), Duration.ofSeconds(2))).isEqualTo(Kind.TIMEOUT.name());
        assertThat(server.requests()).isEqualTo(3);
    }

    @Test
    void aSecondAttemptIsTheLast() {
        assertThat(outcome(idempotent(), BOUND)).isEqualTo("200");
        server.script().always(Answer.closing());
        assertThat(outcome(idempotent(), BOUND)).isEqualTo(Kind.RESET.name());
        assertThat(server.requests()).isEqualTo(3);
    }

    @Test
    void ofTwoAttemptsTheLaterSaysWhy() {
        assertThat(outcome(idempotent(), BOUND)).isEqualTo("200");
        server.stop();
        assertThat(outcome(idempotent(), BOUND)).isEqualTo(Kind.REFUSED.name());
    }

    @Test
    void whatNobodyAskedForIsNotTakenForAnAnswer() {
        server.script().next(Answer.withSurplus("{}", "HTTP/1.1 299 Surplus\r\nContent-Length: 0\r\n\r\n"));
        assertThat(outcome(idempotent(), BOUND)).isEqualTo("200");
        assertThat(outcome(idempotent(), BOUND)).isEqualTo("200");
    }

    @Test
    void oneConnectionServesCallsOneAfterTheOther() {
        for (int i = 0; i < 50; i++) {
            assertThat(outcome(idempotent(), BOUND)).isEqualTo("200");
        }
        assertThat(server.connected()).isEqualTo(1);
    }

    @Test
    void everyAddressOfANameIsTried() throws Exception {
        InetAddress other = InetAddress.getByAddress("there.example", new byte[] {127, 0, 0, 2});
        InetAddress right = InetAddress.getByAddress("there.example", new byte[] {127, 0, 0, 1});
        URI there = URI.create("http://there.example:" + server.port() + "/");
        try (BoundedHttp several = new BoundedHttp("several", 1, host -> new InetAddress[] {other, right})) {
            assertThat(outcome(several, HttpRequest.get(there), BOUND)).isEqualTo("200");
        }
    }

    @Test
    void theCauseIsToldApart() throws Exception {
        server.stop();
        assertThat(outcome(idempotent(), BOUND)).isEqualTo(Kind.REFUSED.name());
        server.comeBack();
        URI secure = URI.create("https://127.0.0.1:" + server.port() + "/");
        assertThat(outcome(HttpRequest.get(secure), BOUND)).isEqualTo(Kind.TLS.name());
        try (BoundedHttp nowhere = new BoundedHttp("nowhere", 1, host -> {
            throw new UnknownHostException(host);
        })) {
            assertThat(outcome(nowhere, idempotent(), BOUND)).isEqualTo(Kind.UNKNOWN_HOST.name());
        }
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<HttpResponse> reply = http.send(
                    HttpRequest.get(URI.create("https://127.0.0.1:" + mute.getLocalPort())), SHORT, MAX_BYTES);
            assertThat(reply)
                    .failsWithin(BOUND)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageEndingWith("no complete answer within 1000 ms, still in the TLS handshake");
        }
    }

    @Test
    void aProxyIsToldInFullWhereToGoAndItsRefusalIsItsOwn() {
        ProxySelector before = ProxySelector.getDefault();
        ProxySelector.setDefault(ProxySelector.of(new InetSocketAddress("127.0.0.1", server.port())));
        try {
            HttpRequest plain = HttpRequest.get(URI.create("http://there.example/path?query"));
            assertThat(outcome(plain, BOUND)).isEqualTo("200");
            assertThat(outcome(plain, BOUND)).isEqualTo("200");
            assertThat(server.latest().get(1).line()).isEqualTo("GET http://there.example/path?query HTTP/1.1");
            assertThat(server.latest().get(1).headers()).containsEntry("host", "there.example");
            assertThat(server.connected()).isEqualTo(1);
            server.script().next(raw("HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n"));
            HttpRequest tunnelled = HttpRequest.get(URI.create("https://there.example/path?query"));
            assertThat(http.send(tunnelled, BOUND, MAX_BYTES))
                    .failsWithin(BOUND)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("refused by the proxy")
                    .withMessageContaining("status 407");
            assertThat(server.latest().get(2).line()).isEqualTo("CONNECT there.example:443 HTTP/1.1");
            assertThat(server.latest().get(2).headers()).containsOnlyKeys("host", "user-agent");
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void aNameServerThatDoesNotAnswerDoesNotHoldACloseBeyondItsDeadline() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        BoundedHttp slow = new BoundedHttp("slow", 2, host -> {
            asked.countDown();
            try {
                answered.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            return InetAddress.getAllByName("127.0.0.1");
        });
        CompletableFuture<HttpResponse> reply =
                slow.send(HttpRequest.get(URI.create("http://slow.example/")), BOUND, 1024);
        Await.latch(asked);
        // Time passes whenever somebody looks at the clock.
        AtomicLong now = new AtomicLong();
        StopDeadline deadline = StopDeadline.within(BOUND, () -> now.addAndGet(BOUND.toNanos() / 10));

        slow.close(deadline);
        assertThat(deadline.left()).as("it has waited until the deadline").isZero();
        assertThat(answered.getCount()).as("it still hangs").isEqualTo(1);
        assertThat(reply).isCompletedExceptionally();
        answered.countDown();
        slow.close();
    }

    @Test
    void aNameServerThatDoesNotAnswerHoldsNobodyPastTheDeadlineAndNobodyElse() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        try (BoundedHttp slow = new BoundedHttp("slow", 2, host -> {
            if (host.equals("slow.example")) {
                try {
                    answered.await();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
            }
            return InetAddress.getAllByName("127.0.0.1");
        })) {
            HttpRequest lost = HttpRequest.get(URI.create("http://slow.example/"));
            assertThat(outcome(slow, lost, SHORT)).isEqualTo(Kind.TIMEOUT.name());
            assertThat(outcome(slow, lost, SHORT)).isEqualTo(Kind.TIMEOUT.name());
            assertThat(outcome(slow, idempotent(), BOUND)).isEqualTo("200");
            answered.countDown();
        }
    }

    @Test
    void oneCallMoreThanAllowedIsRefusedAtOnce() {
        try (BoundedHttp small = new BoundedHttp("small", 1)) {
            server.script().next(Answer.silent());
            CompletableFuture<HttpResponse> first = small.send(once(), BOUND, MAX_BYTES);
            Await.until("the server is asked", () -> server.held() == 1);
            assertThat(outcome(small, once(), BOUND)).isEqualTo(Kind.BUSY.name());
            first.cancel(true);
            assertThat(outcome(small, once(), BOUND)).isEqualTo("200");
        }
    }

    @Test
    void whoGivesUpTheReplyEndsTheExchange() {
        server.script().next(Answer.silent());
        CompletableFuture<HttpResponse> reply = http.send(once(), BOUND, MAX_BYTES);
        Await.until("the server is asked", () -> server.held() == 1);
        reply.cancel(true);
        Await.until("no connection is left", () -> server.connected() == 0);
    }

    @Test
    void anInterruptOfTheCallerOrOfAThreadOfTheClientLeavesTheClientWorking() {
        for (int i = 0; i < 20; i++) {
            Thread.currentThread().interrupt();
            CompletableFuture<HttpResponse> reply = http.send(idempotent(), BOUND, MAX_BYTES);
            assertThat(Thread.interrupted()).isTrue();
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("test "))
                    .forEach(Thread::interrupt);
            Await.until("it is over", reply::isDone);
            assertThat(outcome(idempotent(), BOUND)).isEqualTo("200");
        }
    }

    @Test
    void anErrorInACallFailsThatCallAlone() {
        boolean[] broken = {true};
        try (BoundedHttp failing = new BoundedHttp("failing", 4, host -> {
            if (broken[0]) {
                throw new OutOfMemoryError("a test");
            }
            return InetAddress.getAllByName(host);
        })) {
            assertThat(outcome(failing, idempotent(), BOUND)).isEqualTo(Kind.INTERNAL.name());
            broken[0] = false;
            assertThat(outcome(failing, idempotent(), BOUND)).isEqualTo("200");
        }
    }

    @Test
    void anErrorInAPeriodicTaskDoesNotEndIt() {
        AtomicInteger runs = new AtomicInteger();
        Runnable task = BoundedHttp.periodic(() -> {
            runs.incrementAndGet();
            throw new OutOfMemoryError("a test");
        });
        assertThatCode(task::run).doesNotThrowAnyException();
        assertThat(runs).hasValue(1);
    }

    @Test
    void closingEndsCallsAndFreesEverySocket() {
        assertThat(outcome(idempotent(), BOUND)).isEqualTo("200");
        server.script().always(Answer.silent());
        CompletableFuture<HttpResponse> reply = http.send(once(), BOUND, MAX_BYTES);
        Await.until("the server is asked", () -> server.held() == 1);
        http.close();
        assertThat(reply)
                .failsWithin(BOUND)
                .withThrowableOfType(ExecutionException.class)
                .satisfies(failed ->
                        assertThat(((HttpFailure) failed.getCause()).kind()).isEqualTo(Kind.CLOSED));
        Await.until("no connection is left", () -> server.connected() == 0);
        assertThat(outcome(once(), BOUND)).isEqualTo(Kind.CLOSED.name());
    }
}
