package id.lum.lumilake.internal.optimizer;

import static id.lum.lumilake.internal.optimizer.Bench.job;
import static id.lum.lumilake.internal.optimizer.Bench.said;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Answer;
import id.lum.fakes.FakeOptimizer;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent to have a job planned, and what is made of the answer. */
class ScheduleTest {
    private final FakeOptimizer fake = FakeOptimizer.start("greedy");
    private final OptimizerClient client = new OptimizerClient(Bench.CATALOG_TIMEOUT);
    private final OptimizerSettings settings = Bench.settings(
                    fake.url(), ".runtime.token", "runtime", "schedule.timeout.ms", "3000")
            .orElseThrow();

    @AfterEach
    void close() {
        client.close();
        fake.close();
    }

    private String planned(ScheduleRequest request, String bearer) {
        return said(() -> client.schedule(settings, "Greedy", request, bearer).workerAssignment());
    }

    private String planned() {
        return planned(job(), "bob-token");
    }

    @Test
    void aPlanIsAskedForAsTheProtocolSays() {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("id", "load");
        node.put(
                "weights",
                Arrays.asList(1, 2L, -0.5, 1e300, new BigDecimal("0.10"), BigInteger.TEN.pow(30), true, null));
        TaskGraph graph = new TaskGraph(Map.of("load", Set.of()), Map.of("nodes", List.of(node)));
        ScheduleRequest request = new ScheduleRequest(
                graph, List.of("gpu-1"), Map.of("gpu-1", Map.of("name", "\"ü\"")), Optional.of(Map.of("rows", 7)));
        assertThat(planned(request, "bob-token")).isEqualTo("{gpu-1=[load]}");
        assertThat(fake.last().line()).isEqualTo("POST /api/v1/optimizer/schedule HTTP/1.1");
        assertThat(fake.last().header("authorization")).contains("Bearer bob-token");
        assertThat(fake.last().body())
                .isEqualTo("{\"graph\":{\"nodes\":[{\"id\":\"load\",\"weights\":"
                        + "[1,2,-0.5,1.0E+300,0.10,1000000000000000000000000000000,true,null]}]},"
                        + "\"worker_names\":[\"gpu-1\"],\"worker_profiles\":{\"gpu-1\":{\"name\":\"\\\"ü\\\"\"}},"
                        + "\"data_profile_results\":{\"rows\":7},\"optimizer_type\":\"Greedy\"}");
        assertThat(fake.violations()).isEmpty();
    }

    @Test
    void dataThatWasNotProfiledIsSentAsNull() {
        planned();
        assertThat(fake.last().body()).contains("\"data_profile_results\":null");
        assertThat(fake.violations()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"worker_assignment":{"w":["b","a"],"v":[]}}                  | {w=[b, a], v=[]}
            {"worker_assignment":{}}                                      | {}
            {"worker_assignment":{"":[""]},"seconds":[1.5,null]}          | {=[]}
            {"worker_assignment":{"not a worker of yours":["x","x"]}}     | {not a worker of yours=[x, x]}
            """)
    void aPlanIsTakenAsItIs(String json, String plan) {
        fake.schedules().always(Answer.json(json));
        assertThat(planned()).isEqualTo(plan);
    }

    static List<Answer> noPlans() {
        return List.of(
                Answer.json("{}"),
                Answer.json("{\"worker_assignment\":null}"),
                Answer.json("{\"worker_assignment\":[]}"),
                Answer.json("{\"worker_assignment\":\"w\"}"),
                Answer.json("{\"worker_assignment\":{\"w\":null}}"),
                Answer.json("{\"worker_assignment\":{\"w\":\"a\"}}"),
                Answer.json("{\"worker_assignment\":{\"w\":{\"a\":1}}}"),
                Answer.json("{\"worker_assignment\":{\"w\":[1]}}"),
                Answer.json("{\"worker_assignment\":{\"w\":[null]}}"),
                Answer.json("{\"worker_assignment\":{\"w\":[[\"a\"]]}}"),
                Answer.json("{\"worker_assignment\":{\"w\":[\"a\",true]}}"),
                Answer.json("{\"worker_assignment\":{\"w\":[\"a\\udc00\"]}}"),
                Answer.json("{\"worker_assignment\":{\"w\\udc00\":[\"a\"]}}"),
                Answer.json("{\"worker_assignment\":{\"w\":[\"a\"],\"w\":[]}}"),
                Answer.json("{\"worker_assignment\":{\"w\":[\"a\"]}}}"),
                Answer.json("[{\"worker_assignment\":{}}]"),
                Answer.html(),
                Answer.empty(),
                Answer.of(202, "{\"worker_assignment\":{}}"),
                Answer.of(404, ""),
                Answer.of(408, ""),
                Answer.of(429, ""),
                Answer.of(500, "{\"worker_assignment\":{}}"),
                Answer.redirect(307),
                Answer.redirect(308),
                Answer.huge(),
                Answer.silent(),
                Answer.drippingHead(),
                Answer.drippingBody(),
                Answer.closing(),
                Answer.reset(),
                Answer.cutHead(),
                Answer.cutBody("{\"worker_assignment\":{}}"),
                Answer.notHttp("bob-token?\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("noPlans")
    void whatIsNoPlanIs503WithALineThatSaysWhereAndWhy(Answer answer) {
        fake.schedules().always(answer);
        try (CapturedLog log = new CapturedLog()) {
            long start = System.nanoTime();
            assertThat(planned()).matches("503 The optimizer (is unavailable|gave no usable plan); try again later.");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
            assertThat(log.text())
                    .contains("The optimizer at " + fake.url() + " gave no plan: ")
                    .doesNotContain("bob-token");
        }
        assertThat(fake.violations()).isEmpty();
    }

    @Test
    void jobsThatFailAlikeCauseOneLineAndOneMoreWhenTheOptimizerPlansAgain() {
        fake.schedules().always(Answer.of(500, ""));
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 50; i++) {
                assertThat(planned()).startsWith("503 ");
            }
            fake.schedules().always(Answer.json("{\"worker_assignment\":{\"gpu-1\":[\"load\"]}}"));
            assertThat(planned()).isEqualTo("{gpu-1=[load]}");
            assertThat(log.text().lines().filter(line -> line.contains(" WARN ") || line.contains(" INFO ")))
                    .hasSize(2)
                    .anyMatch(line -> line.contains("gave no plan: status 500"))
                    .anyMatch(line -> line.contains("answers again after 50 failures"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 402, 403, 409, 413, 422})
    void whatIsWrongWithTheRequestIsSaidWithTheOptimizersOwnStatus(int status) {
        fake.schedules().always(Answer.of(status, "{\"detail\":\"a circle, and bob-token\"}"));
        assertThat(planned()).isEqualTo(status + " The optimizer refused this request with status " + status + ".");
    }

    @Test
    void anOptimizerThatIsAwayIs503AndOneThatIsBackPlans() {
        assertThat(planned()).isEqualTo("{gpu-1=[load], gpu-2=[join]}");
        fake.stop();
        assertThat(planned()).startsWith("503 ");
        fake.comeBack();
        assertThat(planned()).isEqualTo("{gpu-1=[load], gpu-2=[join]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\rb", "a\u0000b", "a\u007fb", "tökén", "a\u2028b", "\ud800"})
    void whatCannotBeATokenIs401AndNobodyIsAsked(String bearer) {
        assertThat(planned(job(), bearer))
                .isEqualTo("401 The optimizer needs the token of whoever submits, and this is none");
        assertThat(planned(job(), "x".repeat(8 * 1024 + 1))).startsWith("401 ");
        assertThat(fake.requests()).isZero();
        assertThat(planned(job(), "x".repeat(8 * 1024))).startsWith("{");
    }

    @Test
    void aJobThatCannotBeWrittenIs400AndNobodyIsAsked() {
        TaskGraph torn = new TaskGraph(Map.of("load", Set.of()), Map.of("nodes", List.of("lo\ud800ad")));
        assertThat(planned(new ScheduleRequest(torn, List.of("gpu-1"), Map.of(), Optional.empty()), "bob-token"))
                .startsWith("400 The job holds a text or a number");
        TaskGraph infinite = new TaskGraph(Map.of("load", Set.of()), Map.of("nodes", List.of(Float.NaN)));
        assertThat(planned(new ScheduleRequest(infinite, List.of("gpu-1"), Map.of(), Optional.empty()), "bob-token"))
                .startsWith("400 The job holds a text or a number");
        assertThat(fake.requests()).isZero();
    }

    @Test
    void aLongPlanArrivesWhole() {
        String nodes = "\"" + "n".repeat(99) + "\",";
        String json = "{\"worker_assignment\":{\"w\":[" + nodes.repeat(40_000) + "\"last\"]}}";
        assertThat(json.length()).isLessThan(OptimizerClient.MAX_SCHEDULE_BYTES);
        fake.schedules().always(Answer.json(json));
        OptimizerSettings patient = Bench.settings(fake.url()).orElseThrow();
        assertThat(client.schedule(patient, "greedy", job(), "bob-token")
                        .workerAssignment()
                        .get("w"))
                .hasSize(40_001)
                .endsWith("last");
    }

    @Test
    void whoIsInterruptedStopsWaitingAndTheExchangeEnds() throws Exception {
        fake.schedules().always(Answer.silent());
        OptimizerSettings patient = Bench.settings(fake.url()).orElseThrow();
        CompletableFuture<String> said = new CompletableFuture<>();
        Thread caller =
                new Thread(() -> said.complete(said(() -> client.schedule(patient, "greedy", job(), "bob-token"))));
        caller.start();
        Await.until("it is asked", () -> fake.held() == 1);
        caller.interrupt();
        assertThat(Await.result(said)).startsWith("503 The request was interrupted");
        Await.until("it was given up", () -> fake.abandoned() == 1);
    }
}
