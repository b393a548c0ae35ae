package id.lum.core.internal.grants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.policy.ActionRule;
import id.lum.core.policy.KindRule;
import id.lum.core.policy.PermissionPolicy;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.policy.PolicyOptions;
import id.lum.engine.internal.HookKinds;
import id.lum.engine.internal.HostReservations;
import id.lum.engine.internal.HostViewOwner;
import id.lum.hooks.AccessibleIds;
import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HostHooks;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import id.lum.testing.EmptyFramework;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Constants;

/** Two checkers of one host that claim, each with a database of its own: both grants are made, or neither. */
class ClaimAtTwoStoresTest {
    private static final ResourceRef PREFIX = ResourceRef.of("prefix", "data");
    private static final PolicyEngine CLAIMABLE = new PolicyEngine(
            PermissionPolicy.of(
                    Set.of("*"),
                    List.of(ActionRule.action("write", GrantLevel.WRITE)),
                    List.of(KindRule.kind("prefix"))),
            new PolicyOptions(Map.of(), Set.of("prefix")));

    @TempDir
    Path storage;

    @TempDir
    Path folder;

    private EmptyFramework framework;
    private SqliteGrantStore first;
    private SqliteGrantStore second;
    private HostHooks<?> view;

    @BeforeEach
    void start() throws Exception {
        framework = new EmptyFramework(storage);
        new HostViewOwner(
                framework.context(),
                new HostReservations(),
                new HookKinds(framework.context()),
                Map.of(Constants.SERVICE_PID, "id.lum.hooks.host~acme", "host", "acme", "required", "permission"));
        first = openStore("first");
        second = openStore("second");
        register("first", 100, checkerOver(first));
        register("second", 0, checkerOver(second));
        view = framework.service(HostHooks.class).orElseThrow();
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
        first.close();
        second.close();
    }

    private SqliteGrantStore openStore(String name) throws IOException {
        StoreSettings database = new StoreSettings(
                folder.toRealPath().resolve(name + ".sqlite"), JournalMode.WAL, name, StoreLimits.defaults());
        return SqliteGrantStore.open(new GrantStoreSettings(database, 1000, Instant.EPOCH), Clock.systemUTC());
    }

    private static PermissionChecker checkerOver(SqliteGrantStore store) {
        return new PolicyPermissionChecker(Stores.leased(CLAIMABLE, store));
    }

    private void register(String name, int ranking, PermissionChecker checker) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Hook.HOST, "acme");
        properties.put(Hook.NAME, name);
        properties.put(Constants.SERVICE_RANKING, ranking);
        framework.context().registerService(PermissionChecker.class, checker, properties);
    }

    /** Between the claim at the first store and that at the second. */
    private void betweenTheClaims(Runnable event) {
        register("between", 50, new PermissionChecker() {
            @Override
            public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
                return AccessibleIds.all();
            }

            @Override
            public void require(PrincipalContext principal, ResourceRef resource, String action) {}

            @Override
            public Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
                if (principal.principalId().equals("mallory")) {
                    event.run();
                }
                return Optional.empty();
            }
        });
    }

    private int require(String name) {
        PrincipalContext principal = new PrincipalContext(name, "demo", "", "user", List.of());
        HookRejection rejection =
                catchThrowableOfType(HookRejection.class, () -> view.require(principal, PREFIX, "write"));
        return rejection == null ? 200 : rejection.status();
    }

    private static Optional<GrantLevel> held(SqliteGrantStore store, String principal) {
        return store.level("prefix", "data", principal);
    }

    @Test
    void whoeverClaimsFirstHoldsItInBoth() {
        assertThat(require("mallory")).isEqualTo(200);
        assertThat(require("alice")).isEqualTo(403);
        assertThat(held(first, "mallory")).contains(GrantLevel.WRITE);
        assertThat(held(second, "mallory")).contains(GrantLevel.WRITE);
    }

    @Test
    void theOwnerWhoWasFasterAtTheSecondStoreIsNotLockedOutOfTheFirst() {
        betweenTheClaims(() -> second.grant("prefix", "data", "alice", GrantLevel.WRITE));
        assertThat(require("mallory")).isEqualTo(403);
        assertThat(held(first, "mallory")).isEmpty();
        assertThat(require("alice")).isEqualTo(200);
        assertThat(held(first, "alice")).contains(GrantLevel.WRITE);
    }

    @Test
    void aSecondStoreThatIsUnavailableLeavesNoGrantInTheFirst() {
        betweenTheClaims(() -> second.close());
        assertThat(require("mallory")).isEqualTo(503);
        assertThat(held(first, "mallory")).isEmpty();
    }

    @Test
    void whatAnOperatorGrantedDuringTheCallStays() {
        betweenTheClaims(() -> {
            first.grant("prefix", "data", "mallory", GrantLevel.WRITE);
            second.grant("prefix", "data", "alice", GrantLevel.WRITE);
        });
        assertThat(require("mallory")).isEqualTo(403);
        assertThat(held(first, "mallory")).contains(GrantLevel.WRITE);
    }
}
