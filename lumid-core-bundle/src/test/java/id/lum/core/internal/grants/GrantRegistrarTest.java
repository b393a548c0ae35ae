package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.Sweep;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrantRegistrarTest {
    private static final PrincipalContext BOB = new PrincipalContext("bob", "", "", "user", List.of());
    private static final PrincipalContext EVE = new PrincipalContext("eve", "", "", "user", List.of());
    private static final ResourceRef WORKFLOW = ResourceRef.of("workflow", "wf");

    @TempDir
    Path directory;

    private SqliteGrantStore store;
    private GrantRegistrar registrar;

    @BeforeEach
    void open() {
        store = Stores.open(directory.resolve("acl.sqlite"));
        registrar = new GrantRegistrar(Stores.leased(store), Sweep.LISTED_KINDS);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void whoRegistersMayWrite() {
        registrar.register(BOB, WORKFLOW);
        registrar.register(BOB, WORKFLOW);
        assertThat(store.level("workflow", "wf", "bob")).contains(WRITE);
        assertThat(store.list(GrantFilter.ALL, 10)).hasSize(1);
    }

    @Test
    void registeringAKindIsIgnoredWithAWarning() {
        String log = Stores.logOf(() -> registrar.register(BOB, ResourceRef.kindLevel("workflow")));
        assertThat(log).contains("WARN").contains("any workflow").contains("bob");
        assertThat(store.list(GrantFilter.ALL, 10)).isEmpty();
    }

    @Test
    void deregisteringTakesEverybodysGrantsWhoeverAsks() {
        registrar.register(BOB, WORKFLOW);
        store.grant("workflow", "wf", "kim", READ);
        registrar.deregister(EVE, WORKFLOW);
        assertThat(store.level("workflow", "wf", "bob")).isEmpty();
        assertThat(store.level("workflow", "wf", "kim")).isEmpty();
        registrar.deregister(EVE, WORKFLOW);
    }

    @Test
    void deregisteringAKindIsIgnored() {
        registrar.register(BOB, WORKFLOW);
        registrar.register(BOB, ResourceRef.of("workflow", ""));
        registrar.deregister(BOB, ResourceRef.kindLevel("workflow"));
        assertThat(store.list(GrantFilter.ALL, 10)).hasSize(2);
    }

    @Test
    void reconcilingSweepsAsTheHostDoes() throws Exception {
        Path path = directory.resolve("stale.sqlite");
        Stores.fillStale(path, 10);
        try (SqliteGrantStore stale = Stores.open(path)) {
            assertThat(new GrantRegistrar(Stores.leased(stale), Sweep.LISTED_KINDS).reconcile(List.of(WORKFLOW)))
                    .isEqualTo(ReconcileResult.NOTHING);
            assertThat(stale.list(GrantFilter.ALL, 99)).hasSize(10);
            assertThat(new GrantRegistrar(Stores.leased(stale), Sweep.EVERY_KIND).reconcile(List.of(WORKFLOW)))
                    .isEqualTo(new ReconcileResult(0, 10));
            assertThat(stale.list(GrantFilter.ALL, 99)).isEmpty();
        }
    }

    @Test
    void aStoreThatCannotAnswerIs503AndNeverSilence() {
        store.close();
        for (Runnable call : List.<Runnable>of(
                () -> registrar.register(BOB, WORKFLOW),
                () -> registrar.deregister(BOB, WORKFLOW),
                () -> registrar.reconcile(List.of()))) {
            HookRejection rejection = catchThrowableOfType(HookRejection.class, call::run);
            assertThat(rejection).hasMessage("Grants are unavailable");
            assertThat(rejection.status()).isEqualTo(503);
        }
    }

    @Test
    void aNameThatCannotBeStoredIsRefusedForGood() {
        HookRejection rejection = catchThrowableOfType(
                HookRejection.class, () -> registrar.register(BOB, ResourceRef.of("workflow", "\uD800")));
        assertThat(rejection.status()).isEqualTo(403);
        assertThat(rejection.refusal()).isEqualTo(Refusal.INVALID_REQUEST);
        registrar.deregister(BOB, ResourceRef.of("workflow", "\uD800"));
        registrar.reconcile(List.of(ResourceRef.of("workflow", "\uD800")));
    }

    @Test
    void namesThatNobodyCanOwnAreOneWarningHoweverManyComeAndDoNotHideThatTheStoreIsAway() {
        String log = Stores.logOf(() -> {
            for (int i = 0; i < 10; i++) {
                ResourceRef odd = ResourceRef.of("workflow", i + "\uD800");
                catchThrowableOfType(HookRejection.class, () -> registrar.register(BOB, odd));
                registrar.register(BOB, ResourceRef.kindLevel("workflow"));
            }
            store.close();
            catchThrowableOfType(HookRejection.class, () -> registrar.register(BOB, WORKFLOW));
        });
        assertThat(log.lines().filter(line -> line.contains("WARN"))).hasSize(2);
        assertThat(log.lines().filter(line -> line.contains("WARN")).toList().get(1))
                .contains("Cannot register")
                .contains("wf");
    }
}
