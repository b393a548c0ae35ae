package id.lum.flowmesh.internal.runmesh;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Answer;
import id.lum.fakes.Attempt;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.Received;
import id.lum.fakes.ScriptedResult;
import id.lum.flowmesh.internal.delivery.Delivery;
import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.testing.Await;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is sent, and what comes of every way to answer or not. */
class RunmeshClientTest {
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final FakeRunmesh fake = FakeRunmesh.start(Delivery.SECRET);
    private final RunmeshEndpoint runmesh = new RunmeshEndpoint(fake.url(), Delivery.SECRET);
    private final RunmeshClient client = new RunmeshClient(Outboxes.clock(), SHORT, SHORT);
    private final RunmeshClient patient = new RunmeshClient(Outboxes.clock());

    @AfterEach
    void stop() {
        client.close();
        patient.close();
        fake.close();
    }

    private static PendingRow row(String cost, String runtime, String rate) {
        return new PendingRow(
                7,
                "bo\"b",
                Optional.empty(),
                "t\u00e4sk 1",
                new BigDecimal(cost),
                new BigDecimal(runtime),
                new BigDecimal(rate),
                "DONE",
                Outboxes.START,
                0,
                Optional.empty(),
                0);
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return Await.result(answer);
    }

    private EntryResponse enter(RunmeshClient by) throws Exception {
        return get(by.enter(runmesh, row("1", "2", "3"), "bob@example.com"));
    }

    @Test
    void anEntryIsSentAsTheProtocolSays() throws Exception {
        assertThat(get(patient.enter(runmesh, row("0.10", "12.99", "0.3"), "bob@example.com")))
                .isEqualTo(new EntryResponse.Accepted());
        Received sent = fake.last();
        assertThat(sent.line()).isEqualTo("POST /billing/flowmesh-entry HTTP/1.1");
        assertThat(sent.header("x-bridge-secret")).contains(Delivery.SECRET);
        assertThat(sent.header("content-type")).contains("application/json");
        assertThat(sent.body())
                .isEqualTo("{\"userEmail\":\"bob@example.com\",\"userSub\":\"bo\\\"b\",\"taskId\":\"t\u00e4sk 1\","
                        + "\"workflowId\":null,\"cost\":\"0.10\",\"durationSec\":12,\"costPerHour\":0.3,"
                        + "\"taskStatus\":\"DONE\"}");
        assertThat(fake.violations()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0.10, 0, 0, '\"cost\":\"0.10\",\"durationSec\":0,\"costPerHour\":0,'",
        "1E+3, 0.999, 1E-7, '\"cost\":\"1000\",\"durationSec\":0,\"costPerHour\":0.0000001,'",
        "-0.50, 59.9999, 1E+20, '\"cost\":\"-0.50\",\"durationSec\":59,\"costPerHour\":100000000000000000000,'",
        "0E-10, 1E+12, -2.50, '\"cost\":\"0.0000000000\",\"durationSec\":1000000000000,\"costPerHour\":-2.50,'",
        "123456789012345678901234567890.123456789012345678901234567890, -1.5, 0.3,"
                + " '\"cost\":\"123456789012345678901234567890.123456789012345678901234567890\","
                + "\"durationSec\":-1,\"costPerHour\":0.3,'"
    })
    void numbersAreSentExactlyInPlainDigits(String cost, String runtime, String rate, String expected)
            throws Exception {
        assertThat(get(patient.enter(runmesh, row(cost, runtime, rate), "bob@example.com")))
                .isEqualTo(new EntryResponse.Accepted());
        assertThat(fake.last().body()).contains(expected);
        assertThat(fake.violations()).isEmpty();
    }

    @Test
    void theLargestAndSmallestNumbersOfADoubleAreSent() throws Exception {
        for (double extreme : new double[] {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE}) {
            String plain = BigDecimal.valueOf(extreme).toPlainString();
            assertThat(get(patient.enter(runmesh, row("1", plain, plain), "bob@example.com")))
                    .isEqualTo(new EntryResponse.Accepted());
            assertThat(fake.last().body()).contains("\"costPerHour\":" + plain + ",");
        }
        assertThat(fake.violations()).isEmpty();
    }

    @Test
    void aBalanceIsAskedForAsTheProtocolSays() throws Exception {
        fake.balance("bob@example.com", true, "12.00");
        assertThat(get(patient.balance(runmesh, "bob@example.com"))).isEqualTo(new BalanceResponse.Sufficient());
        Received sent = fake.last();
        assertThat(sent.line()).isEqualTo("POST /billing/check-balance HTTP/1.1");
        assertThat(sent.header("x-bridge-secret")).contains(Delivery.SECRET);
        assertThat(sent.body()).isEqualTo("{\"userEmail\":\"bob@example.com\",\"requiredAmount\":\"0.01\"}");
        assertThat(fake.violations()).isEmpty();
    }

    static Stream<Arguments> unusable() {
        String ok = "{\"code\":200}";
        return Stream.of(
                        Answer.html(),
                        Answer.empty(),
                        Answer.compressed(ok),
                        Answer.silent(),
                        Answer.huge(),
                        Answer.drippingBody(),
                        Answer.drippingHead(),
                        Answer.closing(),
                        Answer.cutHead(),
                        Answer.cutBody(ok),
                        Answer.halfClosing(ok),
                        Answer.notHttp(
                                "220 mail.example.org ESMTP for bob@example.com " + Delivery.SECRET + "\r\n\r\n"),
                        Answer.redirect(301),
                        Answer.redirect(302),
                        Answer.redirect(303),
                        Answer.redirect(307),
                        Answer.redirect(308))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void everyWayNotToAnswerLeavesTheRowWaiting(Answer answer) throws Exception {
        fake.entries().always(ScriptedResult.refusing(answer));
        fake.balances().always(answer);
        EntryResponse said = enter(client);
        assertThat(said).isInstanceOf(EntryResponse.Unusable.class);
        assertThat(said.toString()).doesNotContain("bob@example.com", Delivery.SECRET);
        BalanceResponse balance = get(client.balance(runmesh, "bob@example.com"));
        assertThat(balance).isInstanceOf(BalanceResponse.Unusable.class);
        assertThat(balance.toString()).doesNotContain("bob@example.com", Delivery.SECRET);
        assertThat(fake.violations()).as("no redirect is followed").isEmpty();
        assertThat(fake.requests()).as("nothing is sent again by itself").isEqualTo(2);
    }

    @Test
    void nobodyThereIsNoAnswerEither() throws Exception {
        fake.stop();
        assertThat(enter(client)).isInstanceOf(EntryResponse.Unusable.class);
        fake.comeBack();
        assertThat(enter(patient)).isEqualTo(new EntryResponse.Accepted());
    }

    @Test
    void anAnswerThatComesTooLateIsNone() throws Exception {
        fake.entries().next(ScriptedResult.accepting(FakeRunmesh.OK.afterRelease()));
        assertThat(enter(client).toString()).contains("no complete answer within 1000 ms");
        fake.release();
        assertThat(enter(patient)).isEqualTo(new EntryResponse.Accepted());
        assertThat(fake.ledger().attempts())
                .extracting(Attempt::outcome)
                .containsExactly(Attempt.Outcome.ACCEPTED, Attempt.Outcome.DUPLICATE);
    }

    @Test
    void whoGivesUpAnAnswerEndsTheExchange() {
        fake.entries().next(ScriptedResult.refusing(Answer.silent()));
        CompletableFuture<EntryResponse> answer = patient.enter(runmesh, row("1", "2", "3"), "bob@example.com");
        Await.until("it is asked", () -> fake.held() == 1);
        answer.cancel(true);
        Await.until("the connection ends", () -> fake.abandoned() == 1);
    }

    @Test
    void onceClosedItAnswersThatAtOnce() throws Exception {
        patient.close();
        assertThat(enter(patient)).isInstanceOf(EntryResponse.Unusable.class);
        assertThat(fake.requests()).isZero();
    }

    @Test
    void aWrongSecretIsNotTheRowsFault() throws Exception {
        fake.secret("another");
        assertThat(enter(patient)).isInstanceOf(EntryResponse.Unusable.class);
        assertThat(List.of(fake.ledger().entries().size(), fake.violations().size()))
                .containsExactly(0, 0);
    }
}
