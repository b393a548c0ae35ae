package id.lum.support.http;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Answer;
import id.lum.fakes.ScriptedServer;
import id.lum.support.http.HttpFailure.Kind;
import id.lum.testing.Await;
import id.lum.testing.ManualClock;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of a connection that an earlier exchange has used. */
class KeptConnectionTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final ScriptedServer server = ScriptedServer.start();
    private final ManualClock clock = new ManualClock();
    private final BoundedHttp http =
            new BoundedHttp("kept", 4, InetAddress::getAllByName, ConnectionOperator::direct, clock::nanos);

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private CompletableFuture<HttpResponse> send(Duration deadline) {
        return http.send(HttpRequest.get(server.url()), deadline, 1024);
    }

    private int status(Duration deadline) {
        return send(deadline).join().status();
    }

    @Test
    void oneThatRestedAndThatNobodyAnswersOnIsReplacedWithinTheCall() {
        assertThat(status(BOUND)).isEqualTo(200);
        for (int i = 0; i < 2; i++) {
            clock.move(Duration.ofSeconds(6));
            server.script().next(Answer.silent());
            assertThat(status(Duration.ofSeconds(8))).isEqualTo(200);
        }
    }

    @Test
    void aServerThatIsOnlySlowOnOneThatRestedIsHeardOut() {
        assertThat(status(BOUND)).isEqualTo(200);
        clock.move(Duration.ofSeconds(6));
        server.script().next(Answer.json("{\"slow\":1}").afterRelease(), Answer.silent());
        CompletableFuture<HttpResponse> reply = send(Duration.ofSeconds(6));
        Await.until("three requests have come", () -> server.requests() == 3);
        server.release();
        assertThat(reply.join().body().bytes()).isEqualTo("{\"slow\":1}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void oneJustUsedThatNobodyAnswersOnIsReplacedWithinTheCall() {
        assertThat(status(BOUND)).isEqualTo(200);
        for (int i = 0; i < 2; i++) {
            server.script().next(Answer.silent());
            assertThat(status(Duration.ofSeconds(8))).isEqualTo(200);
        }
    }

    @Test
    void aSlowServerOnConnectionsJustUsedGetsOneRequestTwiceAtMost() {
        server.script()
                .next(
                        Answer.json("{}").afterRelease(),
                        Answer.json("{}").afterRelease(),
                        Answer.json("{}").afterRelease());
        List<CompletableFuture<HttpResponse>> first =
                Stream.generate(() -> send(BOUND)).limit(3).toList();
        Await.until("three requests have come", () -> server.requests() == 3);
        server.release();
        first.forEach(reply -> assertThat(reply.join().status()).isEqualTo(200));
        server.script().always(Answer.silent());
        List<CompletableFuture<HttpResponse>> slow =
                Stream.generate(() -> send(Duration.ofSeconds(2))).limit(3).toList();
        slow.forEach(reply -> assertThat(reply)
                .failsWithin(BOUND)
                .withThrowableThat()
                .havingCause()
                .satisfies(failed -> assertThat(((HttpFailure) failed).kind()).isEqualTo(Kind.TIMEOUT)));
        assertThat(server.requests()).isLessThanOrEqualTo(3 + 3 + 1);
    }

    @Test
    void whatFollowsAnAnswerWithoutBodyIsNotTakenForTheNextAnswer() {
        for (String status : new String[] {"204 None", "304 Same"}) {
            String surplus = "HTTP/1.1 299 Surplus\r\nContent-Length: 0\r\n\r\n";
            server.script().next(Answer.verbatim("surplus", "HTTP/1.1 " + status + "\r\n\r\n" + surplus));
            assertThat(status(BOUND)).isEqualTo(Integer.parseInt(status.substring(0, 3)));
            assertThat(status(BOUND)).isEqualTo(200);
        }
    }

    @Test
    void answersWithoutBodyComeOnOneConnection() {
        server.script().always(Answer.of(204, ""));
        for (int i = 0; i < 5; i++) {
            assertThat(status(BOUND)).isEqualTo(204);
        }
        assertThat(server.connected()).isEqualTo(1);
    }
}
