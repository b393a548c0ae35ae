package id.lum.lumilake.internal.optimizer;

import static id.lum.lumilake.internal.optimizer.Bench.job;
import static id.lum.lumilake.internal.optimizer.Bench.said;
import static id.lum.lumilake.internal.optimizer.Bench.settings;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Answer;
import id.lum.fakes.FakeOptimizer;
import id.lum.hooks.lumilake.Optimizer;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When there is a provider, what it offers, and who is asked: by the catalog of a real server that can fail. */
class RemoteOptimizersTest {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(2);

    @TempDir
    Path cache;

    private final FakeOptimizer fake = FakeOptimizer.start("Greedy", "balanced");
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(cache);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
        assertThat(fake.violations()).isEmpty();
        fake.close();
    }

    @Test
    void aCatalogIsOfferedAsSoonAsItIsThereAndAskedForAgainAtEachPeriod() throws Exception {
        assertThat(bench.apply(settings(fake.url(), "catalog.refresh.minutes", "7")))
                .isEqualTo(Duration.ofMinutes(7));
        assertThat(bench.names()).containsExactly("Greedy", "balanced");
        assertThat(bench.next()).isEqualTo(Duration.ofMinutes(7));
        assertThat(fake.requests()).isEqualTo(2);
        assertThat(bench.framework.newEvents()).containsExactly("+ lumilake OptimizerProvider");
        assertThat(bench.framework
                        .context()
                        .getServiceReference(OptimizerProvider.class)
                        .getProperty("hook.name"))
                .isEqualTo("lumid");
    }

    @Test
    void anOptimizerThatIsAbsentAtFirstIsTriedEverLessOftenAndOfferedOnceItIsThere() throws Exception {
        fake.stop();
        try (CapturedLog log = new CapturedLog()) {
            assertThat(bench.apply(settings(fake.url()))).isEqualTo(FIRST_RETRY);
            assertThat(bench.next()).isEqualTo(Duration.ofSeconds(4));
            assertThat(bench.next()).isEqualTo(Duration.ofSeconds(8));
            for (int i = 0; i < 10; i++) {
                bench.next();
            }
            assertThat(bench.next()).as("the longest pause").isEqualTo(Duration.ofMinutes(5));
            assertThat(bench.provider()).isEmpty();
            assertThat(log.errors())
                    .singleElement()
                    .asString()
                    .contains(fake.url() + "/api/v1/optimizer", "connection refused", "no remote optimizer is offered");
        }
        fake.comeBack();
        assertThat(bench.next()).isEqualTo(Bench.REFRESH);
        assertThat(bench.names()).containsExactly("Greedy", "balanced");
    }

    static Stream<Arguments> notACatalog() {
        return Stream.of(
                Arguments.of(Answer.json("{}"), "types is not a list of texts"),
                Arguments.of(Answer.json("{\"types\":null}"), "types is not a list of texts"),
                Arguments.of(Answer.json("{\"types\":\"greedy\"}"), "types is not a list of texts"),
                Arguments.of(Answer.json("{\"types\":{\"greedy\":true}}"), "types is not a list of texts"),
                Arguments.of(Answer.json("{\"types\":[\"greedy\",7]}"), "types is not a list of texts"),
                Arguments.of(Answer.json("{\"types\":[null]}"), "types is not a list of texts"),
                Arguments.of(Answer.json("{\"types\":[[\"greedy\"]]}"), "types is not a list of texts"),
                Arguments.of(Answer.json("{\"types\":[\"gr\\ud800\"]}"), "types is not a list of texts"),
                Arguments.of(Answer.json("[\"greedy\"]"), "not a JSON object"),
                Arguments.of(Answer.json("{\"types\":[],\"types\":[\"greedy\"]}"), "not JSON, or has a member twice"),
                Arguments.of(Answer.json("{\"types\":[\"greedy\"]} {}"), "something follows"),
                Arguments.of(Answer.json("\uFEFF{\"types\":[]}"), "byte order mark"),
                Arguments.of(Answer.html(), "not JSON"),
                Arguments.of(Answer.empty(), "not a JSON object"),
                Arguments.of(Answer.compressed("{\"types\":[\"greedy\"]}"), "not plain UTF-8"),
                Arguments.of(Answer.of(201, "{\"types\":[\"greedy\"]}"), "status 201"),
                Arguments.of(Answer.of(404, "{\"types\":[\"greedy\"]}"), "status 404"),
                Arguments.of(Answer.of(500, "no"), "status 500"),
                Arguments.of(Answer.redirect(302), "status 302"),
                Arguments.of(Answer.redirect(307), "status 307"),
                Arguments.of(Answer.huge(), "longer than 65536 bytes"),
                Arguments.of(Answer.silent(), "no complete answer within 3000 ms"),
                Arguments.of(Answer.drippingBody(), "no complete answer within 3000 ms"),
                Arguments.of(Answer.drippingHead(), "no complete answer within 3000 ms"),
                Arguments.of(Answer.closing(), "connection closed or reset"),
                Arguments.of(Answer.cutBody("{\"types\":[\"greedy\"]}"), "connection closed or reset"),
                Arguments.of(Answer.notHttp("220 smtp\r\n\r\n"), "malformed answer"));
    }

    @ParameterizedTest
    @MethodSource("notACatalog")
    void whatIsNoCatalogOffersNothingAndTheNextOneDoes(Answer answer, String reason) throws Exception {
        fake.catalog().always(answer);
        try (CapturedLog log = new CapturedLog()) {
            assertThat(bench.apply(settings(fake.url()))).isEqualTo(FIRST_RETRY);
            assertThat(bench.provider()).isEmpty();
            assertThat(log.errors()).singleElement().asString().contains(fake.url() + "/api/v1/optimizer", reason);
        }
        assertThat(bench.optimizers.describe()).contains("nothing: there is no catalog yet", reason, "1 in a row");
        fake.catalog().normal();
        assertThat(bench.next()).isEqualTo(Bench.REFRESH);
        assertThat(bench.names()).containsExactly("Greedy", "balanced");
        assertThat(bench.optimizers.describe()).contains("last failure none");
    }

    @Test
    void aCatalogThatCannotBePutInForceIsSaidAndAskedForAgain() throws Exception {
        bench.close();
        AtomicBoolean failing = new AtomicBoolean(true);
        bench = new Bench(cache.resolve("troubled"), new Clock() {
            @Override
            public Instant instant() {
                if (failing.getAndSet(false)) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                return Instant.EPOCH;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        });
        try (CapturedLog log = new CapturedLog()) {
            assertThat(bench.apply(settings(fake.url()))).isEqualTo(FIRST_RETRY);
            assertThat(log.text()).contains("cannot be put in force. It is tried again");
        }
        assertThat(bench.optimizers.describe()).contains("OutOfMemoryError, 1 in a row");
        assertThat(bench.next()).isEqualTo(Bench.REFRESH);
        assertThat(bench.names()).containsExactly("Greedy", "balanced");
        assertThat(bench.optimizers.describe()).contains("last failure none");
    }

    @Test
    void anEmptyCatalogIsOneToo() throws Exception {
        fake.offer();
        assertThat(bench.apply(settings(fake.url()))).isEqualTo(Bench.REFRESH);
        assertThat(bench.names()).isEmpty();
        assertThat(said(() -> bench.provider().orElseThrow().create("greedy")))
                .isEqualTo("400 Unknown optimizer greedy; on offer: none.");
    }

    @Test
    void aNameIsKnownInAnyCaseAndAnUnknownOneIsAnsweredWithWhatIsOffered() throws Exception {
        bench.apply(settings(fake.url()));
        OptimizerProvider provider = bench.provider().orElseThrow();
        provider.create("GREEDY").schedule(job(), "bob-token");
        assertThat(fake.last().body()).contains("\"optimizer_type\":\"GREEDY\"");
        assertThat(said(() -> provider.create("best\n")))
                .isEqualTo("400 Unknown optimizer best\\u000a; on offer: Greedy, balanced.");
        assertThat(said(() -> provider.create("greed"))).startsWith("400 ");
    }

    @Test
    void aChangedCatalogCountsFromTheNextRefreshOn() throws Exception {
        bench.apply(settings(fake.url()));
        OptimizerProvider provider = bench.provider().orElseThrow();
        fake.offer("exact");
        assertThat(provider.names()).containsExactly("Greedy", "balanced");
        bench.next();
        assertThat(provider.names()).containsExactly("exact");
        assertThat(said(() -> provider.create("greedy"))).isEqualTo("400 Unknown optimizer greedy; on offer: exact.");
        assertThat(bench.framework.newEvents())
                .as("it is the same service")
                .containsExactly("+ lumilake OptimizerProvider");
    }

    @Test
    void whileARefreshFailsTheLastGoodCatalogStaysInForce() throws Exception {
        bench.apply(settings(fake.url()));
        fake.catalog().always(Answer.of(500, ""));
        try (CapturedLog log = new CapturedLog()) {
            assertThat(bench.next()).isEqualTo(FIRST_RETRY);
            assertThat(bench.next()).isEqualTo(Duration.ofSeconds(4));
            assertThat(log.errors()).singleElement().asString().contains("the last one stays in force");
        }
        assertThat(bench.names()).containsExactly("Greedy", "balanced");
        fake.offer("exact");
        fake.catalog().normal();
        assertThat(bench.next()).isEqualTo(Bench.REFRESH);
        assertThat(bench.names()).containsExactly("exact");
        fake.catalog().always(Answer.of(500, ""));
        assertThat(bench.next()).as("pauses grow from the beginning again").isEqualTo(FIRST_RETRY);
    }

    @Test
    void aCatalogThatDemandsTheRuntimeTokenIsHadWithItAlone() throws Exception {
        fake.demandForCatalog("rt-1");
        assertThat(bench.apply(settings(fake.url()))).isEqualTo(FIRST_RETRY);
        assertThat(bench.provider()).isEmpty();
        assertThat(bench.apply(settings(fake.url(), ".runtime.token", "rt-2"))).isEqualTo(FIRST_RETRY);
        assertThat(bench.provider()).isEmpty();
        assertThat(bench.apply(settings(fake.url(), ".runtime.token", "rt-1"))).isEqualTo(Bench.REFRESH);
        assertThat(bench.names()).contains("Greedy");
        assertThat(fake.catalogAuthorizations())
                .containsExactly(Optional.empty(), Optional.of("Bearer rt-2"), Optional.of("Bearer rt-1"));
    }

    @Test
    void neitherTheRuntimeTokenNorABearerGetsWhereTheOtherBelongs() throws Exception {
        fake.demandForCatalog("runtime");
        bench.apply(settings(fake.url(), ".runtime.token", "runtime"));
        for (int i = 0; i < 3; i++) {
            Optimizer optimizer = bench.provider().orElseThrow().create("greedy");
            optimizer.schedule(job(), "ann-token");
            bench.next();
            optimizer.schedule(job(), "ben-token");
        }
        assertThat(fake.catalogAuthorizations()).hasSize(4).containsOnly(Optional.of("Bearer runtime"));
        assertThat(fake.scheduleAuthorizations())
                .hasSize(6)
                .containsOnly(Optional.of("Bearer ann-token"), Optional.of("Bearer ben-token"));
        assertThat(fake.latest()).allSatisfy(request -> {
            assertThat(request.body()).doesNotContain("runtime", "-token");
            assertThat(request.line()).doesNotContain("runtime", "-token");
            assertThat(request.headers().entrySet())
                    .filteredOn(header -> !header.getKey().equals("authorization"))
                    .noneMatch(header -> header.getValue().matches(".*(runtime|-token).*"));
        });
    }

    @Test
    void withoutAnOptimizerNobodyIsAsked() {
        bench.optimizers.apply(Optional.empty());
        assertThat(bench.provider()).isEmpty();
        assertThat(bench.optimizers.describe()).isEqualTo("no remote optimizer: optimizer.url is empty");
        assertThat(bench.optimizers.refresh()).isEqualTo("no remote optimizer: optimizer.url is empty");
        assertThat(fake.requests()).isZero();
    }

    @Test
    void switchedOffAndOnItLeavesAndComesBack() throws Exception {
        bench.apply(settings(fake.url()));
        OptimizerProvider withdrawn = bench.provider().orElseThrow();
        Optimizer made = withdrawn.create("greedy");
        bench.optimizers.apply(Optional.empty());
        assertThat(bench.provider()).isEmpty();
        assertThat(said(withdrawn::names)).startsWith("503 ");
        assertThat(said(() -> withdrawn.create("greedy"))).startsWith("503 ");
        assertThat(said(() -> made.schedule(job(), "bob-token")))
                .as("a call that had begun is carried through")
                .contains("gpu-1=[load]");
        bench.timer.pass();
        assertThat(fake.requests()).as("no refresh any more").isEqualTo(2);
        assertThat(bench.apply(settings(fake.url()))).isEqualTo(Bench.REFRESH);
        assertThat(bench.names()).contains("Greedy");
        assertThat(bench.framework.newEvents())
                .containsExactly(
                        "+ lumilake OptimizerProvider", "- lumilake OptimizerProvider", "+ lumilake OptimizerProvider");
    }

    @Test
    void elsewhereTheServiceStaysAndEachOptimizerGoesWhereItsCatalogCameFrom() throws Exception {
        try (FakeOptimizer other = FakeOptimizer.start("exact")) {
            bench.apply(settings(fake.url()));
            OptimizerProvider provider = bench.provider().orElseThrow();
            Optimizer before = provider.create("greedy");
            bench.apply(settings(other.url()));
            assertThat(provider.names()).containsExactly("exact");
            assertThat(said(() -> provider.create("greedy"))).startsWith("400 ");
            assertThat(said(() -> before.schedule(job(), "bob-token"))).contains("gpu-1=[load]");
            assertThat(said(() -> provider.create("exact").schedule(job(), "bob-token")))
                    .contains("gpu-1=[load]");
            assertThat(fake.scheduleAuthorizations()).hasSize(1);
            assertThat(fake.last().body()).contains("greedy");
            assertThat(other.scheduleAuthorizations()).hasSize(1);
            assertThat(other.last().body()).contains("exact");
            assertThat(bench.framework.newEvents()).containsExactly("+ lumilake OptimizerProvider");
            bench.next();
            assertThat(fake.catalogAuthorizations())
                    .as("the old one is not asked any more")
                    .hasSize(1);
        }
    }

    @Test
    void untilTheOtherServerHasAnsweredTheOldOneServes() throws Exception {
        try (FakeOptimizer other = FakeOptimizer.start("exact")) {
            other.catalog().always(Answer.json("{\"types\":[\"exact\"]}").afterRelease());
            bench.apply(settings(fake.url()));
            bench.optimizers.apply(settings(other.url()));
            Await.until("the other is asked", () -> other.held() == 1);
            assertThat(bench.names()).containsExactly("Greedy", "balanced");
            other.release();
            assertThat(bench.timer.settled()).isEqualTo(Bench.REFRESH);
            assertThat(bench.names()).containsExactly("exact");
        }
    }

    @Test
    void elsewhereWhereNobodyAnswersTheOldServerIsLeftAllTheSame() throws Exception {
        try (FakeOptimizer other = FakeOptimizer.start("exact")) {
            other.stop();
            bench.apply(settings(fake.url()));
            assertThat(bench.apply(settings(other.url()))).isEqualTo(FIRST_RETRY);
            assertThat(bench.provider()).isEmpty();
            other.comeBack();
            bench.next();
            assertThat(bench.names()).containsExactly("exact");
        }
    }

    @Test
    void anAnswerAboutAServerThatIsNoLongerConfiguredCountsNothing() throws Exception {
        fake.catalog().next(Answer.json("{\"types\":[\"late\"]}").afterRelease());
        bench.optimizers.apply(settings(fake.url()));
        Await.until("it is asked", () -> fake.held() == 1);
        bench.optimizers.apply(Optional.empty());
        fake.release();
        Await.until("it has answered", () -> fake.held() == 0);
        // On the same server, so that the late answer has come before this one.
        assertThat(bench.apply(settings(fake.url()))).isEqualTo(Bench.REFRESH);
        assertThat(bench.names()).containsExactly("Greedy", "balanced");
        assertThat(bench.framework.newEvents()).containsExactly("+ lumilake OptimizerProvider");
    }

    @Test
    void otherTermsForTheSameServerKeepTheCatalogAndCountAtOnce() throws Exception {
        bench.apply(settings(fake.url()));
        OptimizerProvider provider = bench.provider().orElseThrow();
        fake.demandForCatalog("secret");
        fake.schedules().always(Answer.silent());
        assertThat(bench.apply(settings(fake.url(), "schedule.timeout.ms", "200")))
                .isEqualTo(FIRST_RETRY);
        assertThat(provider.names()).contains("Greedy");
        assertThat(said(() -> provider.create("greedy").schedule(job(), "bob-token")))
                .startsWith("503 The optimizer is unavailable");
        assertThat(bench.framework.newEvents()).containsExactly("+ lumilake OptimizerProvider");
    }

    @Test
    void theSameSettingsAgainAskNobody() throws Exception {
        bench.apply(settings(fake.url()));
        bench.optimizers.apply(settings(fake.url()));
        assertThat(bench.timer.isQuiet()).isTrue();
        assertThat(fake.requests()).isEqualTo(1);
    }

    @Test
    void anOperatorSeesTheCatalogAndHasItRefreshed() throws Exception {
        bench.apply(settings(fake.url()));
        OptimizerCommands commands =
                bench.framework.service(OptimizerCommands.class).orElseThrow();
        assertThat(commands.optimizers())
                .contains(
                        "configured   " + fake.url(),
                        "on offer     Greedy, balanced, by " + fake.url() + " at 2026-05-20T15:21:00Z",
                        "last failure none");
        fake.offer("ex\u001bact");
        assertThat(commands.refresh()).contains("on offer     ex\\u001bact, by ");
        fake.catalog().always(Answer.of(503, ""));
        assertThat(commands.refresh()).contains("on offer     ex\\u001bact", "last failure status 503", "1 in a row");
        assertThat(commands.refresh()).contains("2 in a row");
    }

    @Test
    void afterACommandThereIsStillOneRefreshAPeriod() throws Exception {
        bench.apply(settings(fake.url()));
        bench.optimizers.refresh();
        bench.timer.settled();
        bench.next();
        assertThat(bench.timer.isQuiet()).isTrue();
        assertThat(fake.requests()).isEqualTo(3);
    }

    @Test
    void onceClosedNothingIsPublishedAndWhoeverWaitsForAPlanIsToldSo() throws Exception {
        bench.apply(settings(fake.url(), "schedule.timeout.ms", "60000"));
        OptimizerProvider provider = bench.provider().orElseThrow();
        fake.schedules().always(Answer.silent());
        CompletableFuture<String> call = CompletableFuture.supplyAsync(
                () -> said(() -> provider.create("greedy").schedule(job(), "bob-token")));
        Await.until("the plan is asked for", () -> fake.held() == 1);
        bench.optimizers.close();
        assertThat(Await.result(call)).startsWith("503 ");
        assertThat(bench.framework.newEvents())
                .containsExactly("+ lumilake OptimizerProvider", "- lumilake OptimizerProvider", "- OptimizerCommands");
        bench.optimizers.apply(settings(fake.url(), "catalog.refresh.minutes", "1"));
        bench.timer.pass();
        assertThat(fake.catalogAuthorizations()).hasSize(1);
        assertThat(bench.provider()).isEmpty();
    }

    @Test
    void aRefreshThatComesAfterTheStopFetchesPublishesAndLogsNothing() throws Exception {
        bench.apply(settings(fake.url()));
        bench.optimizers.close();
        try (CapturedLog log = CapturedLog.ofEverything()) {
            assertThat(bench.optimizers.refresh()).isEqualTo("The remote optimizer is stopped; nothing is fetched.");
            assertThat(log.lines()).isEmpty();
        }
        assertThat(bench.optimizers.describe()).contains("last failure none");
        assertThat(fake.requests()).isEqualTo(1);
        assertThat(bench.provider()).isEmpty();
    }

    @Test
    void theRetriesOfManyAreNotInStep() {
        assertThat(RemoteOptimizers.RETRIES.after(1, () -> 0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(RemoteOptimizers.RETRIES.after(3, () -> Long.MIN_VALUE)).isEqualTo(Duration.ofSeconds(6));
        assertThat(RemoteOptimizers.RETRIES.after(1_000_000, () -> -1)).isEqualTo(Duration.ofMinutes(5));
    }
}
