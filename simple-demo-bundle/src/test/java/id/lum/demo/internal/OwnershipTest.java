package id.lum.demo.internal;

import static id.lum.demo.internal.Principals.ALICE;
import static id.lum.demo.internal.Principals.BOB;
import static id.lum.demo.internal.Principals.CAROL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import id.lum.testing.CapturedLog;
import id.lum.testing.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The permission checker and the registrar, which are one thing in two hooks. */
class OwnershipTest {
    private static final ResourceRef WORKFLOW = ResourceRef.of("workflow", "wf-1");

    private final Owners owners = new Owners();
    private final OwnerPermissionChecker checker = new OwnerPermissionChecker("flowmesh", owners);
    private final OwnerRegistrar registrar = new OwnerRegistrar("flowmesh", owners);

    @ParameterizedTest
    @CsvSource({
        // scopes, the resource is one or a kind, who registered it, allowed
        "admin,       one,  nobody, true",
        "admin,       one,  carol,  true",
        "admin,       kind, nobody, true",
        "user admin,  one,  carol,  true",
        "user,        one,  caller, true",
        "'',          one,  caller, true",
        "user,        one,  nobody, false",
        "user,        one,  carol,  false",
        "'',          one,  nobody, false",
        "user,        kind, nobody, true",
        "anything,    kind, carol,  true",
        "'',          kind, caller, false",
        "Admin,       one,  carol,  false",
        "admin:read,  one,  carol,  false",
        "*,           one,  carol,  false",
    })
    void whoMayTouchWhat(String scopes, String level, String owner, boolean allowed) {
        PrincipalContext caller = Principals.named("caller", scopes.isEmpty() ? new String[0] : scopes.split(" "));
        if (!owner.equals("nobody")) {
            registrar.register(Principals.named(owner), WORKFLOW);
        }
        ResourceRef asked = level.equals("kind") ? ResourceRef.kindLevel("workflow") : WORKFLOW;
        assertThat(allows(caller, asked)).isEqualTo(allowed);
    }

    @Test
    void refusalIsA403ThatNamesActionKindIdAndPrincipalOnOneLine() {
        ResourceRef hostile = ResourceRef.of("work\nflow", "wf\u001b[31m");
        assertThatThrownBy(() -> checker.require(Principals.named("bob\r", "user"), hostile, "wri\nte"))
                .isInstanceOfSatisfying(HookRejection.class, no -> {
                    assertThat(no.status()).isEqualTo(403);
                    assertThat(no.refusal()).isEqualTo(Refusal.NO_GRANT);
                })
                .hasMessage(
                        "Principal bob\\u000d may not wri\\u000ate work\\u000aflow wf\\u001b[31m: only its owner may.");
    }

    @Test
    void refusalOfAKindIsA403() {
        assertThatThrownBy(() -> checker.require(Principals.named("bob"), ResourceRef.kindLevel("workflow"), "write"))
                .isInstanceOfSatisfying(HookRejection.class, no -> {
                    assertThat(no.status()).isEqualTo(403);
                    assertThat(no.refusal()).isEqualTo(Refusal.SCOPE_REQUIRED);
                })
                .hasMessageContaining("bob may not write any workflow");
    }

    @Test
    void lastRegistrantOwns() {
        registrar.register(BOB, WORKFLOW);
        registrar.register(CAROL, WORKFLOW);
        assertThat(allows(BOB, WORKFLOW)).isFalse();
        assertThat(allows(CAROL, WORKFLOW)).isTrue();
    }

    @Test
    void registeringTwiceIsAsGoodAsOnce() {
        registrar.register(BOB, WORKFLOW);
        registrar.register(BOB, WORKFLOW);
        registrar.deregister(BOB, WORKFLOW);
        registrar.deregister(BOB, WORKFLOW);
        assertThat(allows(BOB, WORKFLOW)).isFalse();
    }

    @Test
    void whoeverDeregistersEndsOwnership() {
        registrar.register(BOB, WORKFLOW);
        registrar.deregister(CAROL, WORKFLOW);
        assertThat(allows(BOB, WORKFLOW)).isFalse();
        assertThat(owners.describe()).isEqualTo("Nothing is registered.");
    }

    @Test
    void sameIdOfAnotherKindIsAnotherResource() {
        registrar.register(BOB, WORKFLOW);
        registrar.register(CAROL, ResourceRef.of("task", "wf-1"));
        registrar.deregister(CAROL, ResourceRef.of("task", "wf-1"));
        assertThat(allows(BOB, WORKFLOW)).isTrue();
        assertThat(allows(CAROL, WORKFLOW)).isFalse();
    }

    @Test
    void metadataDoesNotMakeAnotherResource() {
        registrar.register(BOB, WORKFLOW.withMetadata(java.util.Map.of("size", "1")));
        assertThat(allows(BOB, WORKFLOW.withMetadata(java.util.Map.of("size", "2"))))
                .isTrue();
    }

    @Test
    void emptyIdIsAResourceAndNotTheKind() {
        ResourceRef odd = ResourceRef.of("workflow", "");
        assertThat(allows(BOB, odd)).isFalse();
        registrar.register(BOB, odd);
        assertThat(allows(BOB, odd)).isTrue();
        assertThat(checker.accessibleIds(BOB, "workflow", "read")).isEqualTo(AccessibleIds.only(Set.of("")));
    }

    @Test
    void kindCannotBeRegisteredAndThatIsWarnedOf() {
        try (CapturedLog log = new CapturedLog()) {
            registrar.register(BOB, ResourceRef.kindLevel("workflow"));
            assertThat(log.lines()).singleElement().asString().contains(" WARN ", "bob", "any workflow");
        }
        assertThat(owners.describe()).isEqualTo("Nothing is registered.");
    }

    @Test
    void deregisteringAKindLeavesItsResourcesAlone() {
        registrar.register(BOB, WORKFLOW);
        registrar.deregister(BOB, ResourceRef.kindLevel("workflow"));
        assertThat(allows(BOB, WORKFLOW)).isTrue();
    }

    @Test
    void reconcileDeletesNothing() {
        registrar.register(BOB, WORKFLOW);
        assertThat(registrar.reconcile(List.of())).isEqualTo(ReconcileResult.NOTHING);
        ResourceRef other = ResourceRef.of("workflow", "wf-2");
        assertThat(registrar.reconcile(List.of(WORKFLOW, WORKFLOW, other, ResourceRef.kindLevel("workflow"))))
                .isEqualTo(new ReconcileResult(1, 0));
        assertThat(allows(BOB, WORKFLOW)).isTrue();
        assertThat(allows(BOB, ResourceRef.of("workflow", "wf-2"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"workflow", "task", "never-heard-of"})
    void listedIsExactlyWhatIsAllowed(String kind) {
        List<String> ids = List.of("1", "2", "3", "4", "");
        registrar.register(BOB, ResourceRef.of("workflow", "1"));
        registrar.register(CAROL, ResourceRef.of("workflow", "2"));
        registrar.register(BOB, ResourceRef.of("workflow", "3"));
        registrar.register(CAROL, ResourceRef.of("workflow", "3"));
        registrar.register(CAROL, ResourceRef.of("workflow", "4"));
        registrar.register(BOB, ResourceRef.of("workflow", "4"));
        registrar.register(BOB, ResourceRef.of("task", "2"));
        for (PrincipalContext caller : List.of(ALICE, BOB, CAROL, Principals.named("bob"), Principals.named("dave"))) {
            AccessibleIds listed = checker.accessibleIds(caller, kind, "read");
            for (String id : ids) {
                assertThat(listed.contains(id))
                        .as("%s, %s %s", caller.principalId(), kind, id)
                        .isEqualTo(allows(caller, ResourceRef.of(kind, id)));
            }
        }
    }

    @Test
    void administratorIsListedEverythingAndOthersTheirOwn() {
        registrar.register(BOB, WORKFLOW);
        registrar.register(CAROL, ResourceRef.of("workflow", "wf-2"));
        registrar.register(BOB, ResourceRef.of("task", "t-1"));
        assertThat(checker.accessibleIds(ALICE, "workflow", "read").isAll()).isTrue();
        assertThat(checker.accessibleIds(BOB, "workflow", "read")).isEqualTo(AccessibleIds.only(Set.of("wf-1")));
        assertThat(checker.accessibleIds(BOB, "node", "read")).isEqualTo(AccessibleIds.only(Set.of()));
    }

    @Test
    void listIsASnapshot() {
        registrar.register(BOB, WORKFLOW);
        AccessibleIds before = checker.accessibleIds(BOB, "workflow", "read");
        registrar.register(BOB, ResourceRef.of("workflow", "wf-2"));
        registrar.deregister(BOB, WORKFLOW);
        assertThat(before).isEqualTo(AccessibleIds.only(Set.of("wf-1")));
    }

    @Test
    void whatManyThreadsRegisterIsOwnedAtOnceAndNothingIsLost() throws Exception {
        int each = 300;
        Together.run(thread -> {
            PrincipalContext caller = Principals.named("p" + thread, "user");
            for (int i = 0; i < each; i++) {
                ResourceRef mine = ResourceRef.of("workflow", thread + "-" + i);
                registrar.register(caller, mine);
                checker.require(caller, mine, "write");
            }
            assertThat(checker.accessibleIds(caller, "workflow", "read").ids().orElseThrow())
                    .hasSize(each);
        });
        assertThat(owners.describe().lines()).hasSize(each * Together.THREADS);
    }

    @Test
    void resourceThatManyThreadsRegisterEndsWithOneOwner() throws Exception {
        List<PrincipalContext> callers = IntStream.range(0, Together.THREADS)
                .mapToObj(thread -> Principals.named("p" + thread, "user"))
                .toList();
        Together.run(thread -> {
            for (int i = 0; i < 200; i++) {
                registrar.register(callers.get(thread), WORKFLOW);
                registrar.deregister(callers.get(thread), WORKFLOW);
                registrar.register(callers.get(thread), WORKFLOW);
            }
        });
        List<PrincipalContext> owning = new ArrayList<>();
        for (PrincipalContext caller : callers) {
            boolean listed = checker.accessibleIds(caller, "workflow", "read").contains("wf-1");
            assertThat(allows(caller, WORKFLOW)).isEqualTo(listed);
            if (listed) {
                owning.add(caller);
            }
        }
        assertThat(owning).hasSize(1);
    }

    @Test
    void actionMakesNoDifference() {
        registrar.register(BOB, WORKFLOW);
        for (String action : List.of("read", "write", "cancel", "admin", "never-heard-of")) {
            assertThatCode(() -> checker.require(BOB, WORKFLOW, action)).doesNotThrowAnyException();
            assertThat(checker.accessibleIds(BOB, "workflow", action).contains("wf-1"))
                    .isTrue();
        }
    }

    private boolean allows(PrincipalContext caller, ResourceRef resource) {
        try {
            checker.require(caller, resource, "read");
            return true;
        } catch (HookRejection no) {
            assertThat(no.status()).isEqualTo(403);
            return false;
        }
    }
}
