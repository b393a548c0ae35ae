package id.lum.fakes;

import static id.lum.fakes.Client.BROKEN;
import static id.lum.fakes.Entries.PATH;
import static id.lum.fakes.Entries.SECRET;
import static id.lum.fakes.Entries.json;
import static id.lum.fakes.ScriptedResult.accepting;
import static id.lum.fakes.ScriptedResult.refusing;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Attempt.Outcome;
import id.lum.testing.Await;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runmesh's side of billing: who is let in, what is accepted, and what is remembered. */
class FakeRunmeshTest {
    private static final String ACCEPTED = "200 {\"code\":200,\"msg\":\"ok\"}";

    private final FakeRunmesh runmesh = FakeRunmesh.start(SECRET).balance("ann@example.com", false, "0.005");
    private final Client client = Client.patient();

    @AfterEach
    void stop() {
        runmesh.close();
    }

    private String send(String task, String user, String cost) {
        return Entries.send(client, runmesh, task, user, cost);
    }

    private String send(String task) {
        return Entries.send(client, runmesh, task);
    }

    private String balance(String body) {
        return client.post(runmesh, "/billing/check-balance", body, "X-Bridge-Secret", SECRET);
    }

    private static String asking(String email) {
        return "{\"userEmail\":\"" + email + "\",\"requiredAmount\":\"0.01\"}";
    }

    private List<Outcome> outcomes() {
        return runmesh.ledger().attempts().stream().map(Attempt::outcome).toList();
    }

    @Test
    void balancesAreAnsweredByAddress() {
        runmesh.balance("ben@example.com", true, "12.50");
        assertThat(balance(asking("ann@example.com")))
                .isEqualTo("200 {\"code\":200,\"data\":{\"sufficient\":false,\"balance\":\"0.005\"}}");
        assertThat(balance(asking("ben@example.com"))).contains("\"sufficient\":true,\"balance\":\"12.50\"");
        assertThat(balance(asking("cid@example.com"))).contains("unknown user");
        runmesh.balances().always(Answer.of(503, ""));
        runmesh.balanceOf("ben@example.com").next(Answer.html());
        assertThat(balance(asking("ben@example.com"))).contains("<html>");
        assertThat(balance(asking("ben@example.com"))).isEqualTo("503 ");
        runmesh.balances().normal();
        assertThat(balance(asking("ben@example.com"))).contains("12.50");
        assertThat(runmesh.violations()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({PATH, "/billing/check-balance"})
    void aWrongSecretIs401UntilItIsTheRightOne(String path) {
        String body = path.equals(PATH) ? json("t1", "ann", "1") : asking("ann@example.com");
        assertThat(client.post(runmesh, path, body)).startsWith("401 ");
        assertThat(client.post(runmesh, path, body, "X-Bridge-Secret", "other")).startsWith("401 ");
        runmesh.secret("other");
        assertThat(client.post(runmesh, path, body, "X-Bridge-Secret", SECRET)).startsWith("401 ");
        assertThat(runmesh.ledger().entries()).isEmpty();
        assertThat(client.post(runmesh, path, body, "X-Bridge-Secret", "other")).startsWith("200 ");
        assertThat(runmesh.violations()).isEmpty();
    }

    @Test
    void attemptsWithAWrongSecretAreRememberedAndUseUpNoScript() {
        runmesh.secret("other");
        runmesh.task("t1").next(refusing(Answer.of(503, "")));
        send("t1");
        runmesh.secret(SECRET);
        assertThat(send("t1")).isEqualTo("503 ");
        assertThat(send("t1")).isEqualTo(ACCEPTED);
        assertThat(outcomes()).containsExactly(Outcome.UNAUTHORIZED, Outcome.REFUSED, Outcome.ACCEPTED);
    }

    @Test
    void aTaskCountsOnceWithWhatWasAcceptedFirst() {
        assertThat(send("t1", "ann", "0.10")).isEqualTo(ACCEPTED);
        assertThat(send("t1", "ann", "0.10")).isEqualTo(ACCEPTED);
        assertThat(runmesh.ledger().conflicts()).isEmpty();
        assertThat(send("t1", "ann", "0.1")).isEqualTo(ACCEPTED);
        assertThat(send("t1", "ben", "0.10")).isEqualTo(ACCEPTED);
        assertThat(runmesh.ledger().entries())
                .containsExactly(
                        new Entry("t1", "ann", "0.10", BigInteger.valueOf(12), new BigDecimal("1.50"), "DONE"));
        assertThat(outcomes())
                .containsExactly(Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.DUPLICATE, Outcome.DUPLICATE);
        assertThat(runmesh.ledger().conflicts())
                .extracting(attempt ->
                        attempt.entry().userSub() + " " + attempt.entry().cost())
                .containsExactly("ann 0.1", "ben 0.10");
        assertThat(runmesh.ledger().total()).isEqualTo("0.10");
    }

    @Test
    void theLedgerKeepsOrderAndAmountsAsTheyCame() {
        runmesh.task("t2").next(refusing(Answer.of(503, "")));
        send("t1", "ann", "1.00");
        send("t2", "ann", "0.000000000000000000000000000001");
        send("t3", "ben", "-7");
        send("t4", "ann", "123456789012345678901234567890.5");
        send("t2", "ann", "0.000000000000000000000000000001");
        assertThat(runmesh.ledger().tasksOf("ann")).containsExactly("t1", "t4", "t2");
        assertThat(runmesh.ledger().tasksOf("ben")).containsExactly("t3");
        assertThat(runmesh.ledger().amounts().toString())
                .isEqualTo("{t1=1.00, t3=-7, t4=123456789012345678901234567890.5,"
                        + " t2=0.000000000000000000000000000001}");
        assertThat(runmesh.ledger().attempts("t2"))
                .extracting(Attempt::outcome)
                .containsExactly(Outcome.REFUSED, Outcome.ACCEPTED);
        assertThat(runmesh.ledger().entry("t5")).isEmpty();
    }

    @Test
    void theTaskDecidesBeforeTheUserAndTheUserBeforeAll() {
        runmesh.entries().always(refusing(Answer.of(500, "")));
        runmesh.user("ann").always(refusing(Answer.of(403, "")));
        runmesh.task("t1").next(refusing(Answer.of(409, "")), refusing(Answer.of(422, "")));
        assertThat(IntStream.range(0, 3).mapToObj(i -> send("t1"))).containsExactly("409 ", "422 ", "403 ");
        assertThat(send("t2", "ben", "1")).isEqualTo("500 ");
        runmesh.user("ann").normal();
        assertThat(send("t1")).isEqualTo("500 ");
        runmesh.entries().normal();
        assertThat(send("t1")).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"code\":\"200\"}", "{\"code\":null}", "{}"})
    void anAcceptanceMayBeWordedInManyWays(String body) {
        runmesh.entries().always(accepting(Answer.json(body)));
        assertThat(send("t1")).isEqualTo("200 " + body);
        assertThat(runmesh.ledger().entry("t1")).isPresent();
    }

    @Test
    void anUnknownUserIsRefusedWithStatus200() {
        runmesh.user("ann").always(refusing(FakeRunmesh.UNKNOWN_USER));
        assertThat(send("t1")).isEqualTo("200 {\"code\":500,\"msg\":\"unknown user\"}");
        assertThat(runmesh.ledger().entries()).isEmpty();
    }

    @Test
    void anAcceptanceThatIsLostIsInTheLedgerOnce() {
        runmesh.task("t1").next(accepting(Answer.reset()), accepting(Answer.cutBody("{\"code\":200}")));
        assertThat(send("t1")).isEqualTo(BROKEN);
        assertThat(runmesh.ledger().tasksOf("ann")).containsExactly("t1");
        assertThat(send("t1")).isEqualTo(BROKEN);
        assertThat(send("t1")).isEqualTo(ACCEPTED);
        assertThat(runmesh.ledger().tasksOf("ann")).containsExactly("t1");
        assertThat(outcomes()).containsExactly(Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.DUPLICATE);
    }

    @Test
    void anAcceptanceIsInTheLedgerBeforeItIsAnswered() {
        runmesh.task("t1").next(accepting(FakeRunmesh.OK.afterRelease()));
        CompletableFuture<String> seen = CompletableFuture.supplyAsync(() -> send("t1"));
        Await.until("it is asked", () -> runmesh.held() == 1);
        assertThat(runmesh.ledger().entry("t1")).isPresent();
        assertThat(seen).isNotDone();
        runmesh.release();
        assertThat(seen.join()).isEqualTo(ACCEPTED);
    }

    @Test
    void clientsAtTheSameTimeCountEveryTaskOnce() {
        List<String> tasks =
                IntStream.range(0, 50).mapToObj(i -> "t" + i).sorted().toList();
        List<Thread> callers = IntStream.range(0, 4)
                .mapToObj(i -> new Thread(() -> tasks.forEach(this::send)))
                .toList();
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            try {
                caller.join();
            } catch (InterruptedException stop) {
                throw new IllegalStateException(stop);
            }
        }
        assertThat(runmesh.ledger().tasksOf("ann")).containsExactlyInAnyOrderElementsOf(tasks);
        assertThat(runmesh.ledger().attempts()).hasSize(200);
        assertThat(runmesh.requests()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "cost":"0.10"                     | "cost":0.10                | cost is not text
                    "cost":"0.10"                     | "cost":"1E-1"              | cost is not a decimal in plain digits
                    "cost":"0.10"                     | "cost":".1"                | cost is not a decimal in plain digits
                    "cost":"0.10"                     | "cost":"0,10"              | cost is not a decimal in plain digits
                    "cost":"0.10"                     | "cost":" 0.10"             | cost is not a decimal in plain digits
                    "cost":"0.10"                     | "cost":"NaN"               | cost is not a decimal in plain digits
                    "durationSec":12                  | "durationSec":12.0         | durationSec is not an integer
                    "durationSec":12                  | "durationSec":"12"         | durationSec is not an integer
                    "costPerHour":1.50                | "costPerHour":"1.50"       | costPerHour is not a number
                    "costPerHour":1.50                | "costPerHour":null         | costPerHour is not a number
                    "workflowId":null                 | "workflowId":"w"           | workflowId is not null
                    "workflowId":null,                | ``                         | workflowId is missing
                    "taskId":"t1"                     | "taskId":" "               | taskId is blank
                    "taskId":"t1"                     | "taskId":7                 | taskId is not text
                    "taskId":"t1"                     | "taskId":"\\ud800"         | taskId is not text
                    "taskId":"t1"                     | "task_id":"t1"             | taskId is missing
                    "userSub":"ann"                   | "userSub":""               | userSub is blank
                    "userEmail":"ann@example.com"     | "userEmail":"ann"          | userEmail is no e-mail address
                    "userEmail":"ann@example.com"     | "userEmail":null           | userEmail is not text
                    "taskStatus":"DONE"               | "taskStatus":null          | taskStatus is not text
                    "taskStatus":"DONE"               | "taskStatus":"DONE","x":1  | there are members of other names: 1
                    "taskStatus":"DONE"               | "taskStatus":"DONE","cost":"0.10" | the body is not one JSON object without repeated members
                    "DONE"}                           | "DONE"}}                   | the body is not one JSON object without repeated members
                    "DONE"}                           | "DONE"                     | the body is not one JSON object without repeated members
                    {"userEmail"                      | [{"userEmail"              | the body is not one JSON object without repeated members
                    {"userEmail"                      | \ufeff{"userEmail"         | the body is not one JSON object without repeated members
                    """)
    void anEntryThatIsNotAsDocumentedIsAViolation(String right, String wrong, String violation) {
        String good = json("t1", "ann", "0.10");
        assertThat(good).contains(right);
        assertThat(client.post(runmesh, PATH, good.replace(right, wrong), "X-Bridge-Secret", SECRET))
                .startsWith("400 ");
        assertThat(runmesh.violations()).containsExactly("flowmesh-entry: " + violation);
        assertThat(runmesh.ledger().attempts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e2", "0", "-1.5", "12345678901234567890.5"})
    void aRateIsAnyNumber(String rate) {
        String entry = json("t1", "ann", "0.10").replace("1.50", rate);
        assertThat(client.post(runmesh, PATH, entry, "X-Bridge-Secret", SECRET)).isEqualTo(ACCEPTED);
        assertThat(runmesh.violations()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"userEmail":"a@b.c","requiredAmount":0.01}   | requiredAmount is not text
                    {"userEmail":"a@b.c"}                         | requiredAmount is missing
                    {"userEmail":"","requiredAmount":"0.01"}      | userEmail is no e-mail address
                    """)
    void aQuestionThatIsNotAsDocumentedIsAViolation(String body, String violation) {
        assertThat(balance(body)).startsWith("400 ");
        assertThat(runmesh.violations()).containsExactly("check-balance: " + violation);
    }

    @Test
    void aWrongPathMethodOrTypeAndAFollowedRedirectAreViolations() {
        assertThat(client.get(runmesh, PATH)).isEqualTo("405 ");
        assertThat(client.post(runmesh, "/billing/other", "{}")).isEqualTo("404 ");
        assertThat(client.post(runmesh, PATH, json("t1", "ann", "1"), "Content-Type", "text/plain"))
                .startsWith("400 ");
        assertThat(client.get(runmesh, "/elsewhere")).isEqualTo(ACCEPTED);
        assertThat(runmesh.violations())
                .containsExactly(
                        PATH + ": the method is not POST",
                        "there is nothing at this path",
                        PATH + ": the body is not said to be JSON",
                        "a redirect was followed");
    }

    @Test
    void requestsAreRememberedAndDescribedWithoutTheirSecrets() {
        send("t1");
        assertThat(runmesh.last().header("x-bridge-secret")).contains(SECRET);
        assertThat(runmesh.last().body()).isEqualTo(json("t1", "ann", "0.10"));
        assertThat(runmesh.latest()).hasToString("[POST " + PATH + " HTTP/1.1]");
        assertThat(runmesh.ledger().attempts().toString()).doesNotContain("example.com");
    }
}
