package id.lum.core.internal.grants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.policy.ActionRule;
import id.lum.core.policy.Decision;
import id.lum.core.policy.KindRule;
import id.lum.core.policy.PermissionPolicy;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.policy.PolicyOptions;
import id.lum.engine.internal.HookKinds;
import id.lum.engine.internal.HostReservations;
import id.lum.engine.internal.HostViewOwner;
import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.host.ForwardingHostHooks;
import id.lum.hooks.host.HostHooks;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import id.lum.testing.EmptyFramework;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Constants;

/**
 * A host learns by which rule it was refused: the composed view, and what wraps it, pass the rejection on unchanged.
 */
class RefusalTest {
    private static final PolicyEngine ENGINE = new PolicyEngine(
            PermissionPolicy.of(
                    Set.of("*"),
                    List.of(ActionRule.action("read", GrantLevel.READ), ActionRule.adminOnly("admin")),
                    List.of(KindRule.kind("flow").read("flow:read"))),
            PolicyOptions.NONE);
    private static final PrincipalContext BOB = new PrincipalContext("bob", "demo", "", "user", List.of());

    @TempDir
    Path storage;

    @TempDir
    Path folder;

    private EmptyFramework framework;
    private SqliteGrantStore store;
    private HostHooks<?> view;
    private HostHooks<?> wrapped;

    /** As a host's own types wrap it. */
    private static final class Wrapped<R> extends ForwardingHostHooks<R> {
        Wrapped(HostHooks<R> hooks) {
            super(hooks);
        }
    }

    @BeforeEach
    void start() throws Exception {
        framework = new EmptyFramework(storage);
        new HostViewOwner(
                framework.context(),
                new HostReservations(),
                new HookKinds(framework.context()),
                Map.of(Constants.SERVICE_PID, "id.lum.hooks.host~acme", "host", "acme", "required", "permission"));
        StoreSettings database = new StoreSettings(
                folder.toRealPath().resolve("acl.sqlite"), JournalMode.WAL, "acl", StoreLimits.defaults());
        store = SqliteGrantStore.open(new GrantStoreSettings(database, 1000, Instant.EPOCH), Clock.systemUTC());
        register(PermissionChecker.class, new PolicyPermissionChecker(Stores.leased(ENGINE, store)));
        register(IdentityProvider.class, bearer -> Optional.empty());
        view = framework.service(HostHooks.class).orElseThrow();
        wrapped = new Wrapped<>(view);
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
        store.close();
    }

    private <H> void register(Class<H> type, H hook) {
        framework.context().registerService(type, hook, new Hashtable<>(Map.of(Hook.HOST, "acme", Hook.NAME, "test")));
    }

    private void assertRefused(int status, Refusal refusal, Consumer<HostHooks<?>> question) {
        for (HostHooks<?> hooks : List.of(view, wrapped)) {
            HookRejection rejection = catchThrowableOfType(HookRejection.class, () -> question.accept(hooks));
            assertThat(rejection.status()).isEqualTo(status);
            assertThat(rejection.refusal()).isEqualTo(refusal);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "flow,  ,   read,  SCOPE_REQUIRED",
        "flow,  ,   admin, ADMIN_ONLY",
        "flow,  f1, admin, ADMIN_ONLY",
        "flow,  f1, fly,   UNSUPPORTED",
        "ghost, ,   read,  UNSUPPORTED",
        "flow,  f1, read,  NO_GRANT"
    })
    void eachRuleOfThePolicyThatRefusesIsToldThroughTheView(String kind, String id, String action, Refusal refusal) {
        ResourceRef resource = id == null ? ResourceRef.kindLevel(kind) : ResourceRef.of(kind, id);
        assertThat(Decision.Denied.REFUSALS).contains(refusal);
        assertRefused(403, refusal, hooks -> hooks.require(BOB, resource, action));
    }

    @Test
    void aTokenThatNobodyKnowsIsUnauthenticated() {
        assertRefused(401, Refusal.UNAUTHENTICATED, hooks -> hooks.authenticate("a token"));
    }

    @Test
    void whatAGuardRefusesIsToldThroughTheView() {
        register(SubmissionGuard.class, principal -> {
            throw HookRejection.paymentRequired("Pay.");
        });
        assertRefused(402, Refusal.PAYMENT_REQUIRED, hooks -> hooks.checkSubmission(BOB));
    }

    @Test
    void aClosedStoreIsUnavailable() {
        store.close();
        assertRefused(503, Refusal.UNAVAILABLE, hooks -> hooks.require(BOB, ResourceRef.of("flow", "f1"), "read"));
    }
}
