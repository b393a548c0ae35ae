package id.lum.fakes;

import static id.lum.fakes.Client.BROKEN;
import static id.lum.fakes.Client.HUGE;
import static id.lum.fakes.Client.LATE;
import static id.lum.fakes.Client.REFUSED;
import static id.lum.fakes.Entries.SECRET;
import static id.lum.fakes.ScriptedResult.refusing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import id.lum.testing.Await;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to answer is what a real client takes it for, and the next answer is right again. */
class AnswerTest {
    private static final Instant FIRST_OF_NOVEMBER = Instant.parse("2026-11-01T00:00:05.999Z");

    private final FakeRunmesh server = FakeRunmesh.start(SECRET);

    @AfterEach
    void stop() {
        server.close();
    }

    private String ask(Client client, Answer answer) {
        server.entries().next(refusing(answer));
        return Entries.send(client, server, "t1");
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                arguments(Answer.json("{\"a\":\"ä\"}"), "200 {\"a\":\"ä\"}"),
                arguments(Answer.of(503, "x"), "503 x"),
                arguments(Answer.html(), "200 <html>It works</html>"),
                arguments(Answer.empty(), "200 "),
                arguments(Answer.redirect(302), "302 "),
                arguments(Answer.retryAfter(429, 7), "429 {}"),
                arguments(Answer.huge(), "200 " + HUGE),
                arguments(Answer.closing(), BROKEN),
                arguments(Answer.reset(), BROKEN),
                arguments(Answer.cutHead(), BROKEN),
                arguments(Answer.cutBody("{}"), BROKEN),
                arguments(Answer.halfClosing("{}"), BROKEN),
                arguments(Answer.notHttp("220 mail\r\n\r\n"), BROKEN));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void anAnswerIsWhatItSaysAndTheNextOneIsRightAgain(Answer answer, String seen) {
        Client client = Client.patient();
        assertThat(ask(client, answer)).isEqualTo(seen);
        assertThat(Entries.send(client, server, "t1")).startsWith("200 {\"code\":200");
        assertThat(server.requests()).isEqualTo(2);
    }

    static Stream<Answer> late() {
        return Stream.of(Answer.silent(), Answer.drippingHead(), Answer.drippingBody());
    }

    @ParameterizedTest
    @MethodSource("late")
    void whoNeverAnswersCountsWhoGaveUp(Answer answer) {
        assertThat(ask(Client.impatient(), answer)).isEqualTo(LATE);
        Await.until(
                "the client is gone", () -> server.abandoned() == 1 && server.connected() == 0 && server.held() == 0);
    }

    @Test
    void aStoppedServerCountsNobodyWhoGaveUp() {
        Client client = Client.patient();
        CompletableFuture<String> seen = CompletableFuture.supplyAsync(() -> ask(client, Answer.silent()));
        Await.until("it is asked", () -> server.held() == 1);
        server.stop();
        assertThat(seen.join()).isEqualTo(BROKEN);
        Await.until("no connection is left", () -> server.connected() == 0);
        assertThat(server.abandoned()).isZero();
    }

    @Test
    void aSlowAnswerWaitsForItsRelease() {
        CompletableFuture<String> seen = CompletableFuture.supplyAsync(
                () -> ask(Client.patient(), Answer.of(503, "").afterRelease()));
        Await.until("it is asked", () -> server.held() == 1);
        assertThat(seen).isNotDone();
        server.release();
        assertThat(seen.join()).isEqualTo("503 ");
        assertThat(server.held()).isZero();
    }

    @Test
    void headersAreWhatTheySay() throws IOException {
        assertThat(header(Answer.retryAfter(429, 7), "retry-after")).isEqualTo("7");
        assertThat(header(Answer.retryAfter(503, FIRST_OF_NOVEMBER), "retry-after"))
                .isEqualTo("Sun, 01 Nov 2026 00:00:05 GMT");
        assertThat(header(Answer.redirect(307), "location")).isEqualTo("/elsewhere");
        assertThat(header(Answer.compressed("{}"), "content-encoding")).isEqualTo("gzip");
        assertThat(header(Answer.html(), "content-type")).isEqualTo("text/html");
        assertThat(header(FakeRunmesh.OK, "content-type")).isEqualTo("application/json");
    }

    private String header(Answer answer, String name) throws IOException {
        server.entries().next(refusing(answer));
        return Client.patient()
                .reply(server, Entries.PATH, Entries.json("t1", "ann", "1"), "X-Bridge-Secret", SECRET)
                .header(name)
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void aServerThatIsGoneRefusesAndComesBackOnItsPort(int times) {
        int port = server.port();
        for (int i = 0; i < times; i++) {
            assertThat(Entries.send(Client.patient(), server, "t1")).startsWith("200");
            server.stop();
            // A client with a connection to reuse may find that one broken instead.
            assertThat(Entries.send(Client.patient(), server, "t1")).isEqualTo(REFUSED);
            server.comeBack();
        }
        assertThat(Entries.send(Client.patient(), server, "t1")).startsWith("200");
        assertThat(server.port()).isEqualTo(port);
    }

    @Test
    void aConnectionIsKept() {
        Client client = Client.patient();
        for (int i = 0; i < 20; i++) {
            Entries.send(client, server, "t1");
        }
        assertThat(server.connected()).isEqualTo(1);
    }
}
