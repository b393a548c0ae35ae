package id.lum.fakes;

import static id.lum.fakes.Client.BROKEN;
import static id.lum.fakes.Client.HUGE;
import static id.lum.fakes.Client.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import id.lum.testing.Await;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The optimizer's side: what it offers, what it plans, and whose bearers it saw where. */
class FakeOptimizerTest {
    private static final String CATALOG = "/api/v1/optimizer";
    private static final String SCHEDULE = "/api/v1/optimizer/schedule";
    private static final String GOOD = "{\"graph\":{\"nodes\":[\"a\",\"b\",\"c\"]},\"worker_names\":[\"w1\",\"w2\"],"
            + "\"worker_profiles\":{},\"data_profile_results\":null,\"optimizer_type\":\"Greedy\"}";

    private final FakeOptimizer optimizer = FakeOptimizer.start("greedy", "say \"x\"");
    private final Client client = Client.patient();

    @AfterEach
    void stop() {
        optimizer.close();
    }

    private String schedule(String body) {
        return client.post(optimizer, SCHEDULE, body, "Authorization", "Bearer ann");
    }

    @Test
    void theCatalogIsWhatItOffersNow() {
        assertThat(client.get(optimizer, CATALOG)).isEqualTo("200 {\"types\":[\"greedy\",\"say \\\"x\\\"\"]}");
        optimizer.offer();
        assertThat(client.get(optimizer, CATALOG)).isEqualTo("200 {\"types\":[]}");
        optimizer.offer("exact");
        assertThat(client.get(optimizer, CATALOG)).isEqualTo("200 {\"types\":[\"exact\"]}");
        assertThat(optimizer.violations()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ["a","b","c"]                        | {"w1":["a","c"],"w2":["b"]}
                    [{"id":"a"},{"id":"b","x":1}]        | {"w1":["a"],"w2":["b"]}
                    {"b":{},"a":{}}                      | {"w1":["b"],"w2":["a"]}
                    []                                   | {"w1":[],"w2":[]}
                    """)
    void nodesAreDealtOutInTurn(String nodes, String assignment) {
        assertThat(schedule(GOOD.replace("[\"a\",\"b\",\"c\"]", nodes)))
                .isEqualTo("200 {\"worker_assignment\":" + assignment + "}");
        assertThat(optimizer.violations()).isEmpty();
    }

    @Test
    void bearersAreRememberedByWhatTheyWereSentFor() {
        assertThat(client.get(optimizer, CATALOG)).startsWith("200 ");
        optimizer.demandForCatalog("runtime");
        assertThat(client.get(optimizer, CATALOG)).isEqualTo("401 ");
        assertThat(client.get(optimizer, CATALOG, "Authorization", "Bearer ann"))
                .isEqualTo("401 ");
        assertThat(client.get(optimizer, CATALOG, "Authorization", "Bearer runtime"))
                .startsWith("200 ");
        assertThat(schedule(GOOD)).startsWith("200 ");
        assertThat(client.post(optimizer, SCHEDULE, GOOD)).isEqualTo("401 ");
        assertThat(optimizer.catalogAuthorizations())
                .containsExactly(
                        Optional.empty(), Optional.empty(), Optional.of("Bearer ann"), Optional.of("Bearer runtime"));
        assertThat(optimizer.scheduleAuthorizations()).containsExactly(Optional.of("Bearer ann"), Optional.empty());
        assertThat(optimizer.latest()).hasSize(6);
        assertThat(optimizer.last().line()).isEqualTo("POST " + SCHEDULE + " HTTP/1.1");
    }

    static Stream<Arguments> misbehaviours() {
        return Stream.of(
                arguments(Answer.json("{\"types\":\"greedy\"}"), "200 {\"types\":\"greedy\"}"),
                arguments(
                        Answer.json("{\"worker_assignment\":{\"w1\":[1]}}"),
                        "200 {\"worker_assignment\":{\"w1\":[1]}}"),
                arguments(Answer.of(500, ""), "500 "),
                arguments(Answer.redirect(302), "302 "),
                arguments(Answer.huge(), "200 " + HUGE),
                arguments(Answer.cutBody("{}"), BROKEN));
    }

    @ParameterizedTest
    @MethodSource("misbehaviours")
    void anAnswerMayBeScriptedForEitherQuestionAlone(Answer answer, String seen) {
        optimizer.catalog().always(answer);
        assertThat(client.get(optimizer, CATALOG)).isEqualTo(seen);
        assertThat(schedule(GOOD)).contains("worker_assignment\":{\"w1\":[\"a\",\"c\"]");
        optimizer.catalog().normal();
        optimizer.schedules().next(answer);
        assertThat(client.get(optimizer, CATALOG)).startsWith("200 {\"types\":[\"greedy\"");
        assertThat(schedule(GOOD)).isEqualTo(seen);
        assertThat(schedule(GOOD)).contains("worker_assignment\":{\"w1\":[\"a\",\"c\"]");
    }

    @Test
    void aSlowCatalogWaitsForItsRelease() {
        optimizer.catalog().always(Answer.json("{\"types\":[]}").afterRelease());
        CompletableFuture<String> seen = CompletableFuture.supplyAsync(() -> client.get(optimizer, CATALOG));
        Await.until("it is asked", () -> optimizer.held() == 1);
        assertThat(seen).isNotDone();
        optimizer.release();
        assertThat(seen.join()).isEqualTo("200 {\"types\":[]}");
    }

    @Test
    void oneThatIsAbsentAtFirstIsThereLater() {
        optimizer.stop();
        assertThat(client.get(optimizer, CATALOG)).isEqualTo(REFUSED);
        optimizer.comeBack();
        assertThat(client.get(optimizer, CATALOG)).startsWith("200 ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "worker_names":["w1","w2"]    | "worker_names":"w1"           | worker_names is not a list
                    "worker_names":["w1","w2"]    | "worker_names":["w1",2]       | worker_names holds what is not text
                    "worker_names":["w1","w2"]    | "worker_names":["w1","w1"]    | worker_names holds something twice
                    "worker_profiles":{}          | "worker_profiles":null        | worker_profiles is not an object
                    "data_profile_results":null,  | ``                            | data_profile_results is missing
                    "data_profile_results":null   | "data_profile_results":[]     | data_profile_results is neither an object nor null
                    "optimizer_type":"Greedy"     | "optimizer_type":null         | optimizer_type is not text
                    "optimizer_type":"Greedy"     | "optimizer_type":"x","more":1 | there are members of other names: 1
                    {"nodes":["a","b","c"]}       | "a"                           | graph is not an object
                    """)
    void aRequestThatIsNotAsDocumentedIsAViolation(String right, String wrong, String violation) {
        assertThat(GOOD).contains(right);
        assertThat(schedule(GOOD.replace(right, wrong))).startsWith("400 ");
        assertThat(optimizer.violations()).containsExactly("schedule: " + violation);
    }

    @Test
    void aTypeThatIsNotOfferedIs400AndNoViolation() {
        optimizer.offer("exact");
        assertThat(schedule(GOOD)).startsWith("400 ");
        assertThat(optimizer.violations()).isEmpty();
    }

    @Test
    void aWrongPathOrMethodAndAFollowedRedirectAreViolations() {
        assertThat(client.post(optimizer, CATALOG, "{}")).isEqualTo("405 ");
        assertThat(client.get(optimizer, SCHEDULE)).isEqualTo("405 ");
        assertThat(client.get(optimizer, "/api/v1/optimizer/")).isEqualTo("404 ");
        assertThat(client.get(optimizer, "/elsewhere")).startsWith("200 {\"types\"");
        assertThat(optimizer.violations())
                .containsExactly(
                        CATALOG + ": the method is not GET",
                        SCHEDULE + ": the method is not POST",
                        "there is nothing at this path",
                        "a redirect was followed");
    }
}
