package id.lum.lumilake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import id.lum.core.adapter.AdapterSettings;
import id.lum.core.grants.GrantLevel;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.core.policy.Sharing;
import id.lum.fakes.FakeOptimizer;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.lumilake.internal.optimizer.OptimizerCommands;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.testing.EmptyFramework;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;

/** What the configuration opens and publishes, in a real framework with a real file. */
class LumilakeAdapterTest {
    @TempDir
    Path folder;

    private final FakeOptimizer fake = FakeOptimizer.start("greedy");
    private EmptyFramework framework;

    @BeforeEach
    void start() throws Exception {
        framework = new EmptyFramework(folder.resolve("cache"));
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
        fake.close();
    }

    private Map<String, Object> properties(String... more) {
        Map<String, Object> properties =
                new HashMap<>(Map.of("acl.db.path", folder.resolve("acl.sqlite").toString()));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return properties;
    }

    private boolean isOffered() {
        return framework.service(OptimizerProvider.class).isPresent();
    }

    @Test
    void theOptimizerComesAndGoesWithItsUrlAndTheGrantsStay() throws Exception {
        SingletonConfiguration.Owner adapter = LumilakeAdapter.open(framework.context(), properties());
        Sharing sharing = framework.service(Sharing.class).orElseThrow();
        assertThat(sharing.host()).isEqualTo("lumilake");
        assertThat(isOffered()).isFalse();
        adapter.apply(properties("optimizer.url", fake.url().toString()));
        Await.until("it is offered", this::isOffered);
        adapter.apply(properties("optimizer.url", ""));
        assertThat(isOffered()).isFalse();
        assertThat(framework.service(Sharing.class)).containsSame(sharing);
        adapter.close();
        assertThat(framework.newEvents())
                .containsExactly(
                        "+ OptimizerCommands",
                        "+ lumilake Sharing",
                        "+ lumilake PermissionChecker",
                        "+ lumilake ResourceRegistrar",
                        "+ lumilake OptimizerProvider",
                        "- lumilake OptimizerProvider",
                        "- lumilake ResourceRegistrar",
                        "- lumilake PermissionChecker",
                        "- lumilake Sharing",
                        "- OptimizerCommands");
    }

    @Test
    void closedAfterItsBundleHasStoppedItLeavesNoThreadAndNoFileLocked() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Bundle bundle = framework.startBundle("lumilake");
        SingletonConfiguration.Owner late = LumilakeAdapter.open(
                bundle.getBundleContext(),
                properties("optimizer.url", fake.url().toString()));
        Await.until("it is offered", this::isOffered);
        bundle.stop();
        late.close();
        Await.until(
                "its threads have ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread))
                        .noneMatch(thread -> thread.getName().startsWith("Lumilake optimizer")));
        SingletonConfiguration.Owner next = LumilakeAdapter.open(framework.context(), properties());
        framework
                .service(ResourceRegistrar.class)
                .orElseThrow()
                .register(new PrincipalContext("bob", "lumid", "", "user", List.of()), ResourceRef.of("job", "j-1"));
        next.close();
    }

    @Test
    void whileTheOptimizerIsAwayGrantsAreGivenAndChecked() {
        fake.stop();
        SingletonConfiguration.Owner adapter = LumilakeAdapter.open(
                framework.context(), properties("optimizer.url", fake.url().toString()));
        PrincipalContext bob = new PrincipalContext("bob", "lumid", "", "user", List.of());
        ResourceRef job = ResourceRef.of("job", "j-1");
        framework.service(ResourceRegistrar.class).orElseThrow().register(bob, job);
        framework.service(PermissionChecker.class).orElseThrow().require(bob, job, "write");
        assertThat(isOffered()).isFalse();
        adapter.close();
    }

    @ParameterizedTest
    @CsvSource({
        "acl.db.path, ''",
        "journal.mode, fast",
        "grant.cache.size, -1",
        "fleet.kinds, worker:write",
        "claimable.kinds, workflow",
        "optimizer.url, http://plan.example.org",
        "catalog.refresh.minutes, 0",
        "schedule.timeout.ms, never"
    })
    void aRefusedValueIsNamedAndLeavesEverythingAsItWas(String property, String value) throws Exception {
        SingletonConfiguration.Owner adapter = LumilakeAdapter.open(
                framework.context(), properties("optimizer.url", fake.url().toString()));
        // A service can be found before everybody has been told of it.
        Await.until("it is offered", () -> framework.newEvents().contains("+ lumilake OptimizerProvider"));
        try (CapturedLog log = new CapturedLog()) {
            Map<String, Object> bad = properties("optimizer.url", fake.url().toString());
            bad.put(property, value);
            adapter.apply(bad);
            assertThat(log.errors())
                    .singleElement()
                    .asString()
                    .contains("id.lum.lumilake: " + property + " = \"" + value + "\" is refused", "stays in force");
        }
        assertThat(framework.newEvents()).isEmpty();
        adapter.close();
    }

    @Test
    void everyBadValueIsNamedInOneLineAndNoneOfTheConfigurationCounts() throws Exception {
        SingletonConfiguration.Owner adapter = LumilakeAdapter.open(framework.context(), properties());
        framework.newEvents();
        try (CapturedLog log = new CapturedLog()) {
            adapter.apply(properties(
                    "optimizer.url", fake.url().toString(),
                    "journal.mode", "fast",
                    "fleet.kinds", "worker:write",
                    ".runtime.token", "canary\ncanary",
                    "schedule.timeout.ms", "never"));
            assertThat(log.errors())
                    .singleElement()
                    .asString()
                    .contains(
                            ".runtime.token is refused",
                            "fleet.kinds = \"worker:write\" is refused",
                            "journal.mode = \"fast\" is refused",
                            "schedule.timeout.ms = \"never\" is refused",
                            "stays in force")
                    .doesNotContain("canary");
        }
        assertThat(framework.newEvents()).isEmpty();
        adapter.close();
    }

    @Test
    void aConstructionThatFailsLeavesNothingPublished() {
        Map<String, Object> unreadable = new HashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            public Set<Map.Entry<String, Object>> entrySet() {
                throw new IllegalStateException("unreadable");
            }
        };
        assertThatIllegalStateException().isThrownBy(() -> LumilakeAdapter.open(framework.context(), unreadable));
        assertThat(framework.newEvents()).containsExactly("+ OptimizerCommands", "- OptimizerCommands");
    }

    @Test
    void aConstructionThatFailsLeavesNoThread() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> LumilakeAdapter.open(framework.contextRefusing(OptimizerCommands.class), properties()));
        Await.until(
                "no thread is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread))
                        .noneMatch(thread -> thread.getName().startsWith("Lumilake optimizer")
                                || thread.getName().startsWith("store retry")));
        assertThat(framework.newEvents()).isEmpty();
    }

    @Test
    void aMisspeltPropertyIsNamedWithThoseThatAreKnown() {
        try (CapturedLog log = new CapturedLog()) {
            LumilakeAdapter.open(framework.context(), properties("optimiser.url", "x"))
                    .close();
            assertThat(log.text())
                    .contains("nobody reads optimiser.url", "optimizer.url", "acl.db.path", ".runtime.token");
        }
    }

    @Test
    void theFileOfTheOtherHostIsRefusedWithBothNamedAndTheOtherNoticesNothing() {
        // As FlowMesh's adapter opens it.
        AdapterSettings others = AdapterSettings.parse(
                DeclaredSettings.of(LumilakeConfiguration.class, "id.lum.flowmesh", properties()),
                LumilakePolicy.TABLE);
        try (SqliteGrantStore store = SqliteGrantStore.open(others.store(), Clock.systemUTC());
                CapturedLog log = new CapturedLog()) {
            SingletonConfiguration.Owner adapter = LumilakeAdapter.open(framework.context(), properties());
            assertThat(log.errors())
                    .singleElement()
                    .asString()
                    .contains(
                            "id.lum.flowmesh acl.db.path",
                            "id.lum.lumilake acl.db.path",
                            "Give each of them a file of its own",
                            "nobody is permitted anything");
            assertThat(framework.service(Sharing.class)).isEmpty();
            store.grant("workflow", "wf-1", "bob", GrantLevel.WRITE);
            adapter.apply(
                    properties("acl.db.path", folder.resolve("other.sqlite").toString()));
            assertThat(framework.service(Sharing.class)).isPresent();
            adapter.close();
        }
    }
}
