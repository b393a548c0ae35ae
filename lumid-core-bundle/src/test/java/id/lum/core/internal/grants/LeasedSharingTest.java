package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.core.policy.ActionRule;
import id.lum.core.policy.Decision;
import id.lum.core.policy.KindRule;
import id.lum.core.policy.PermissionPolicy;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.policy.PolicyOptions;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.StoreUnavailable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasedSharingTest {
    private static final PrincipalContext BOB = new PrincipalContext("bob", "", "", "user", List.of());
    private static final ResourceRef WORKFLOW = ResourceRef.of("workflow", "wf");

    @TempDir
    Path directory;

    private SqliteGrantStore store;
    private LeasedSharing sharing;

    @BeforeEach
    void open() {
        store = Stores.open(directory.resolve("acl.sqlite"));
        sharing = new LeasedSharing("acme", Stores.leased(store));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void sharingReplacesWhatWasHeldAndRevokingTakesIt() {
        sharing.grant(WORKFLOW, "bob", WRITE);
        sharing.grant(WORKFLOW, "eve", WRITE);
        sharing.grant(WORKFLOW, "eve", READ);
        assertThat(store.level("workflow", "wf", "eve")).contains(READ);
        assertThat(sharing.revoke(WORKFLOW, "eve")).isTrue();
        assertThat(sharing.revoke(WORKFLOW, "eve")).isFalse();
        assertThat(store.level("workflow", "wf", "eve")).isEmpty();
        assertThat(store.level("workflow", "wf", "bob")).contains(WRITE);
    }

    @Test
    void sharingIsOfOneResourceWithSomebody() {
        ResourceRef kind = ResourceRef.kindLevel("workflow");
        assertThatIllegalArgumentException().isThrownBy(() -> sharing.grant(kind, "eve", READ));
        assertThatIllegalArgumentException().isThrownBy(() -> sharing.revoke(kind, "eve"));
        assertThatIllegalArgumentException().isThrownBy(() -> sharing.grant(WORKFLOW, " ", READ));
        assertThatIllegalArgumentException().isThrownBy(() -> sharing.grant(WORKFLOW, "\uD800", READ));
    }

    @Test
    void aGrantThatWouldOpenNothingIsRefusedWithASentenceAndNotStored() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sharing.grant(ResourceRef.of("result", "r"), "eve", READ))
                .withMessageContaining("decided by the workflow of the same id");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sharing.grant(ResourceRef.of("galaxy", "g"), "eve", READ));
        assertThat(sharing.list(GrantFilter.ALL, 10)).isEmpty();
    }

    @Test
    void whatIsSharedIsListed() {
        sharing.grant(WORKFLOW, "bob", WRITE);
        sharing.grant(WORKFLOW, "eve", READ);
        assertThat(sharing.list(GrantFilter.ofPrincipal("eve"), 10))
                .singleElement()
                .satisfies(grant -> assertThat(grant.level()).contains(READ));
        assertThat(sharing.list(GrantFilter.ALL, 1)).hasSize(1);
    }

    @Test
    void anExplanationClaimsNothing() {
        PolicyEngine claimable = new PolicyEngine(
                PermissionPolicy.of(
                        Set.of("*"),
                        List.of(ActionRule.action("write", GrantLevel.WRITE)),
                        List.of(KindRule.kind("prefix"))),
                new PolicyOptions(Map.of(), Set.of("prefix")));
        LeasedSharing claiming = new LeasedSharing("acme", Stores.leased(claimable, store));
        Decision decision = claiming.explain(BOB, ResourceRef.of("prefix", "p"), "write");
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Allowed.class,
                        allowed -> assertThat(allowed.reason()).isEqualTo(Decision.Reason.CLAIM));
        assertThat(claiming.list(GrantFilter.ALL, 10)).isEmpty();
    }

    @Test
    void aDenialIsExplainedWithItsRule() {
        assertThat(sharing.explain(BOB, WORKFLOW, "read"))
                .isInstanceOfSatisfying(
                        Decision.Denied.class,
                        denied -> assertThat(denied.refusal()).isEqualTo(Refusal.NO_GRANT));
    }

    @Test
    void theCacheIsClearedAndTheFiguresStay() {
        sharing.grant(WORKFLOW, "bob", WRITE);
        sharing.explain(BOB, WORKFLOW, "read");
        sharing.clearCache();
        sharing.explain(BOB, WORKFLOW, "read");
        assertThat(sharing.metrics().writes()).isEqualTo(1);
        assertThat(sharing.metrics().misses()).isEqualTo(2);
        assertThat(sharing.synchronous()).isEqualTo("FULL");
        assertThat(sharing.host()).isEqualTo("acme");
    }

    @Test
    void aStoreThatCannotAnswerIs503WithItsReasonForTheLogAlone() {
        store.close();
        for (Runnable call : List.<Runnable>of(
                () -> sharing.grant(WORKFLOW, "eve", READ),
                () -> sharing.revoke(WORKFLOW, "eve"),
                () -> sharing.list(GrantFilter.ALL, 1),
                () -> sharing.explain(BOB, WORKFLOW, "read"),
                sharing::synchronous)) {
            HookRejection rejection = catchThrowableOfType(HookRejection.class, call::run);
            assertThat(rejection).hasMessage("Grants are unavailable").hasCauseInstanceOf(StoreUnavailable.class);
            assertThat(rejection.status()).isEqualTo(503);
        }
    }
}
