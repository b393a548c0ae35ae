package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HostHooks;
import id.lum.testing.Await;
import java.util.List;
import java.util.Map;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

/** The container as {@code bin/lumid demo} runs it: the demo plugin plays both hosts. */
public class DemoIT extends HookTestSupport {
    @Override
    protected ShippedFolder shipped(ShippedFolder folder) {
        return folder.demo();
    }

    @Test
    public void demoTokenBelongsToBobInBothHosts() throws Exception {
        for (String host : List.of("flowmesh", "lumilake")) {
            assertEquals("bob", hooksOf(host).authenticate("demo-user-token").principalId());
        }
    }

    @Test
    public void unknownTokenIsRefused() throws Exception {
        HostHooks<?> hooks = hooksOf("flowmesh");
        assertEquals(
                401,
                assertThrows(HookRejection.class, () -> hooks.authenticate("nobody's"))
                        .status());
    }

    @Test
    public void theViewTellsByWhichRuleTheDemoRefuses() throws Exception {
        HostHooks<?> hooks = hooksOf("flowmesh");
        PrincipalContext bob = hooks.authenticate("demo-user-token");
        PrincipalContext scopeless = new PrincipalContext("eve", "demo", "", "user", List.of());
        ResourceRef nobodys = ResourceRef.of("workflow", "wf-nobody");
        assertEquals(Refusal.UNAUTHENTICATED, refusal(() -> hooks.authenticate("nobody's")));
        assertEquals(Refusal.NO_GRANT, refusal(() -> hooks.require(bob, nobodys, "read")));
        assertEquals(
                Refusal.SCOPE_REQUIRED,
                refusal(() -> hooks.require(scopeless, ResourceRef.kindLevel("workflow"), "write")));
        configure("id.lum.demo", Map.of("hosts", "flowmesh, lumilake", "blocked.principals", "bob"));
        Await.until("bob is blocked", () -> isBlocked(hooks, bob));
    }

    private static Refusal refusal(ThrowingRunnable question) {
        return assertThrows(HookRejection.class, question).refusal();
    }

    private static boolean isBlocked(HostHooks<?> hooks, PrincipalContext principal) {
        try {
            hooks.checkSubmission(principal);
            return false;
        } catch (HookRejection rejection) {
            return rejection.refusal() == Refusal.BLOCKED;
        }
    }

    @Test
    public void changedConfigurationCountsWithoutARestart() throws Exception {
        hooksOf("lumilake").authenticate("demo-user-token");
        configure("id.lum.hooks.host~lumilake", Map.of("grace.ms", "0"));
        configure("id.lum.demo", Map.of("hosts", "flowmesh"));
        HostHooks<?> hooks = hooksOf("lumilake");
        Await.until("lumilake has lost the demo hooks", () -> statusOf(hooks) == 503);
        assertEquals("bob", hooksOf("flowmesh").authenticate("demo-user-token").principalId());
        configure("id.lum.demo", Map.of("hosts", "flowmesh, lumilake"));
        Await.until("lumilake has the demo hooks again", () -> statusOf(hooks) == 200);
    }

    private static int statusOf(HostHooks<?> hooks) {
        try {
            hooks.authenticate("demo-user-token");
            return 200;
        } catch (HookRejection rejection) {
            return rejection.status();
        }
    }
}
