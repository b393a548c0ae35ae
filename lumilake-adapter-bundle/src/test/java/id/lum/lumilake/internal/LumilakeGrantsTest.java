package id.lum.lumilake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.adapter.AdapterSettings;
import id.lum.core.grants.Grant;
import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.core.policy.Sharing;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.hooks.lumilake.ResourceKind;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.testing.Await;
import id.lum.testing.Background;
import id.lum.testing.EmptyFramework;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleException;

/** Lumilake's checker and registrar over a real database: what a sweep leaves alone, and who wins a claim. */
class LumilakeGrantsTest {
    private static final int RACERS = 8;
    private static final int RACES = 50;

    private static final Clock BEFORE_THE_SESSION = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private static PrincipalContext principal(String name) {
        return new PrincipalContext(name, "lumid", name, "user", List.of());
    }

    private AdapterSettings settings() {
        return AdapterSettings.parse(
                DeclaredSettings.of(
                        LumilakeConfiguration.class,
                        LumilakeAdapter.PID,
                        Map.of("acl.db.path", folder.resolve("acl.sqlite").toString())),
                LumilakePolicy.TABLE);
    }

    /** The adapter as a container runs it, with nobody's introspection. */
    private final class Lumilake implements AutoCloseable {
        private final EmptyFramework framework;
        private final SingletonConfiguration.Owner adapter;

        Lumilake(Map<String, String> more) throws BundleException {
            framework = new EmptyFramework(folder.resolve("cache"));
            Map<String, Object> properties = new HashMap<>(
                    Map.of("acl.db.path", folder.resolve("acl.sqlite").toString()));
            properties.putAll(more);
            adapter = LumilakeAdapter.open(framework.context(), properties);
        }

        PermissionChecker checker() {
            return framework.service(PermissionChecker.class).orElseThrow();
        }

        ResourceRegistrar registrar() {
            return framework.service(ResourceRegistrar.class).orElseThrow();
        }

        List<Grant> grants() {
            return framework.service(Sharing.class).orElseThrow().list(GrantFilter.ALL, 1000);
        }

        boolean holds(String kind, String id) {
            return grants().stream()
                    .anyMatch(grant -> grant.kind().equals(kind) && grant.id().equals(id));
        }

        @Override
        public void close() throws BundleException {
            adapter.close();
            framework.close();
        }
    }

    /** Every kind but the one that is never registered; bob's, and from before this process was started. */
    private static Stream<String> registered() {
        return Stream.of(ResourceKind.values()).map(ResourceKind::id).filter(kind -> !kind.equals("object-prefix"));
    }

    private void plantOldGrants() {
        GrantStoreSettings now = settings().store();
        GrantStoreSettings then = new GrantStoreSettings(now.store(), now.cacheSize(), Instant.EPOCH);
        try (SqliteGrantStore store = SqliteGrantStore.open(then, BEFORE_THE_SESSION)) {
            registered().forEach(kind -> {
                store.grant(kind, "kept", "bob", GrantLevel.WRITE);
                store.grant(kind, "stale", "bob", GrantLevel.WRITE);
            });
        }
    }

    @Test
    void aSweepOfJobsLeavesEveryOtherKindAlone() throws Exception {
        plantOldGrants();
        try (Lumilake lumilake = new Lumilake(Map.of())) {
            lumilake.registrar().reconcile(List.of(ResourceRef.of("job", "kept")));
            registered().forEach(kind -> {
                assertThat(lumilake.holds(kind, "kept")).as(kind).isTrue();
                assertThat(lumilake.holds(kind, "stale")).as(kind).isEqualTo(!kind.equals("job"));
            });
        }
    }

    @Test
    void aSweepOfTwoKindsSweepsBoth() throws Exception {
        plantOldGrants();
        try (Lumilake lumilake = new Lumilake(Map.of())) {
            lumilake.registrar()
                    .reconcile(List.of(
                            ResourceRef.of("trace", "kept"),
                            ResourceRef.of("artifact", "another"),
                            ResourceRef.kindLevel("job")));
            assertThat(lumilake.holds("trace", "kept")).isTrue();
            assertThat(lumilake.holds("trace", "stale")).isFalse();
            assertThat(lumilake.holds("artifact", "kept")).isFalse();
            assertThat(lumilake.holds("job", "stale"))
                    .as("what stands for a kind lists nothing")
                    .isTrue();
        }
    }

    @Test
    void anEmptyListDoesNothing() throws Exception {
        plantOldGrants();
        try (Lumilake lumilake = new Lumilake(Map.of())) {
            lumilake.registrar().reconcile(List.of());
            registered()
                    .forEach(kind ->
                            assertThat(lumilake.holds(kind, "stale")).as(kind).isTrue());
        }
    }

    @Test
    void whoRegistersAJobMayCancelItAndNobodyElseMayUntilItIsGone() throws Exception {
        try (Lumilake lumilake = new Lumilake(Map.of())) {
            ResourceRegistrar registrar = lumilake.registrar();
            PermissionChecker checker = lumilake.checker();
            ResourceRef job = ResourceRef.of("job", "j-1");
            registrar.register(principal("bob"), job);
            checker.require(principal("bob"), job, "cancel");
            assertThat(statusOf(checker, "carol", job, "read")).isEqualTo(403);
            assertThat(checker.accessibleIds(principal("bob"), "job", "write").contains("j-1"))
                    .isTrue();
            assertThat(statusOf(checker, "bob", ResourceRef.of("artifact", "j-1"), "read"))
                    .isEqualTo(403);
            registrar.deregister(principal("carol"), job);
            assertThat(statusOf(checker, "bob", job, "read")).isEqualTo(403);
        }
    }

    @Test
    void ofEightWhoUseAnUnownedPrefixAtOnceOneOwnsIt() throws Exception {
        try (Lumilake lumilake = new Lumilake(Map.of("claimable.kinds", "object-prefix"))) {
            PermissionChecker checker = lumilake.checker();
            for (int race = 0; race < RACES; race++) {
                ResourceRef prefix = ResourceRef.of("object-prefix", "data/" + race);
                List<String> winners = race(checker, prefix);
                assertThat(winners).hasSize(1);
                // The winner stays the winner, and the losers lose again.
                for (int racer = 0; racer < RACERS; racer++) {
                    String name = "racer-" + racer;
                    assertThat(statusOf(checker, name, prefix, "write")).isEqualTo(winners.contains(name) ? 200 : 403);
                    assertThat(checker.accessibleIds(principal(name), "object-prefix", "write")
                                    .contains("data/" + race))
                            .isEqualTo(winners.contains(name));
                }
            }
        }
    }

    private static List<String> race(PermissionChecker checker, ResourceRef prefix) throws Exception {
        CyclicBarrier start = new CyclicBarrier(RACERS);
        Map<String, Future<Integer>> racers = new HashMap<>();
        for (int racer = 0; racer < RACERS; racer++) {
            String name = "racer-" + racer;
            racers.put(name, Background.start(() -> {
                start.await(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
                return statusOf(checker, name, prefix, "write");
            }));
        }
        List<String> winners = new ArrayList<>();
        for (Map.Entry<String, Future<Integer>> racer : racers.entrySet()) {
            int status = Await.result(racer.getValue());
            assertThat(status).isIn(200, 403);
            if (status == 200) {
                winners.add(racer.getKey());
            }
        }
        return winners;
    }

    @Test
    void aQuestionClaimsNothing() throws Exception {
        try (Lumilake lumilake = new Lumilake(Map.of("claimable.kinds", "object-prefix"))) {
            PermissionChecker checker = lumilake.checker();
            ResourceRef prefix = ResourceRef.of("object-prefix", "x");
            checker.require(principal("eve"), prefix, "write");
            assertThat(checker.requiresClaim(principal("eve"), prefix, "write")).isTrue();
            assertThat(statusOf(checker, "bob", prefix, "write")).isEqualTo(200);
            assertThat(statusOf(checker, "eve", prefix, "write")).isEqualTo(403);
            checker.claim(principal("bob"), prefix, "write");
            assertThat(checker.requiresClaim(principal("bob"), prefix, "write")).isFalse();
            assertThat(lumilake.grants()).hasSize(1);
        }
    }

    @Test
    void onlyWhatIsSaidToBeClaimableIsClaimed() throws Exception {
        try (Lumilake lumilake = new Lumilake(Map.of("claimable.kinds", "object-prefix"))) {
            PermissionChecker checker = lumilake.checker();
            registered()
                    .forEach(kind -> assertThat(statusOf(checker, "bob", ResourceRef.of(kind, "x"), "read"))
                            .as(kind)
                            .isEqualTo(403));
            assertThat(checker.accessibleIds(principal("bob"), "object-prefix", "read")
                            .ids())
                    .contains(Set.of());
            assertThat(statusOf(checker, "bob", ResourceRef.of("object-prefix", "x"), "read"))
                    .isEqualTo(200);
            assertThat(statusOf(checker, "bob", ResourceRef.of("object-prefix", "x"), "write"))
                    .as("claimed at the level that was needed, and no higher")
                    .isEqualTo(403);
            assertThat(lumilake.grants()).singleElement().satisfies(grant -> {
                assertThat(grant.id()).isEqualTo("x");
                assertThat(grant.level()).contains(GrantLevel.READ);
            });
        }
    }

    @Test
    void aFleetKindIsListedAndReadByItsScopeAlone() throws Exception {
        try (Lumilake lumilake = new Lumilake(Map.of("fleet.kinds", "worker:read"))) {
            PermissionChecker checker = lumilake.checker();
            PrincipalContext watcher =
                    new PrincipalContext("eve", "lumid", "eve", "user", List.of("lumilake:workers:read"));
            checker.require(watcher, ResourceRef.of("worker", "w-1"), "read");
            assertThat(checker.accessibleIds(watcher, "worker", "read").isAll()).isTrue();
            assertThat(checker.accessibleIds(watcher, "job", "read").isAll()).isFalse();
            assertThat(statusOf(checker, "eve", ResourceRef.of("worker", "w-1"), "write"))
                    .isEqualTo(403);
        }
    }

    /** As the composed view asks it. */
    private static int statusOf(PermissionChecker checker, String name, ResourceRef resource, String action) {
        try {
            if (checker.requiresClaim(principal(name), resource, action)) {
                checker.claim(principal(name), resource, action);
            }
            return 200;
        } catch (HookRejection rejection) {
            return rejection.status();
        }
    }
}
