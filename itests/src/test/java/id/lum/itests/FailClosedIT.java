package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.HostHooks;
import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.service.cm.Configuration;

/** What happens to callers when hooks are not there: nobody gets in. */
public class FailClosedIT extends HookTestSupport {
    private static final ResourceRef WORKFLOW = ResourceRef.of("workflow", "wf-1");
    private static final PrincipalContext ADMIN = new PrincipalContext("alice", "demo", "", "admin", List.of("admin"));

    @Override
    protected ShippedFolder shipped(ShippedFolder folder) {
        return folder.demo();
    }

    @Test
    public void whileTheDemoIsStoppedEveryQuestionIs503AndAfterwardsAnsweredAgain() throws Exception {
        HostHooks<?> hooks = hooksOf("flowmesh");
        configure("id.lum.hooks.host~flowmesh", Map.of("grace.ms", "100"));
        Await.until("the demo answers", () -> statusOf(() -> hooks.require(ADMIN, WORKFLOW, "read")) == 200);
        Bundle demo = bundleNamed("id.lum.demo");
        demo.stop();
        try {
            assertEquals(503, statusOf(() -> hooks.authenticate("demo-admin-token")));
            assertEquals(503, statusOf(() -> hooks.authenticate("nobody's")));
            assertEquals(503, statusOf(() -> hooks.require(ADMIN, WORKFLOW, "read")));
            assertEquals(503, statusOf(() -> hooks.accessibleIds(ADMIN, "workflow", "read")));
            assertEquals(503, statusOf(() -> hooks.register(ADMIN, WORKFLOW)));
            assertTrue(hooks.hooks().stream()
                    .filter(HookStatus::required)
                    .allMatch(hook -> hook.state() == HookStatus.State.UNAVAILABLE));
        } finally {
            demo.start();
        }
        Await.until("the demo answers", () -> statusOf(() -> hooks.require(ADMIN, WORKFLOW, "read")) == 200);
        Await.until("it knows nobody else", () -> statusOf(() -> hooks.authenticate("nobody's")) == 401);
    }

    @Test
    public void aRequiredHookByNameThatIsNotThereIs503ThoughAnotherWouldAllow() throws Exception {
        HostHooks<?> hooks = hooksOf("flowmesh");
        Await.until("the demo answers", () -> statusOf(() -> hooks.require(ADMIN, WORKFLOW, "read")) == 200);
        configure("id.lum.hooks.host~flowmesh", Map.of("required", "permission:lumid", "grace.ms", "0"));
        Await.until("the requirement counts", () -> statusOf(() -> hooks.require(ADMIN, WORKFLOW, "read")) == 503);
        putBackConfigurations();
        Await.until("it no longer does", () -> statusOf(() -> hooks.require(ADMIN, WORKFLOW, "read")) == 200);
    }

    @Test
    public void aRefusedChangeOfTheViewLeavesTheLastGoodOneInForce() throws Exception {
        Configuration acme = configurations.getFactoryConfiguration("id.lum.hooks.host", "acme", "?");
        try {
            acme.update(settings("closed", ""));
            HostHooks<?> hooks = hooksOf("acme");
            assertEquals(401, statusOf(() -> hooks.authenticate("anything")));
            long refused = refusals();
            acme.update(settings("open", "identity"));
            Await.until("the change is refused", () -> refusals() > refused);
            assertEquals(401, statusOf(() -> hooks.authenticate("anything")));
            acme.update(new Hashtable<>(Map.of("host", "acme", "access", "opne", "required", "", "grace.ms", "soon")));
            Await.until(
                    "both values are named in one line",
                    () -> refusalsOf("access = \"opne\" is refused", "grace.ms = \"soon\" is refused") == 1);
            assertEquals(401, statusOf(() -> hooks.authenticate("anything")));
            acme.update(settings("open", ""));
            Await.until("the change counts", () -> statusOf(() -> hooks.authenticate("anything")) == 200);
            assertEquals("admin", hooks.authenticate("anything").principalId());
        } finally {
            acme.delete();
        }
        Await.until("the view for acme has gone", () -> !hasViewFor("acme"));
    }

    private static Dictionary<String, Object> settings(String access, String required) {
        return new Hashtable<>(Map.of("host", "acme", "access", access, "required", required));
    }

    /** How often a change of the view for acme was refused. */
    private long refusals() throws IOException {
        return refusalsOf("host~acme");
    }

    private long refusalsOf(String... parts) throws IOException {
        return Files.readString(data().resolve("log/lumid.log"))
                .lines()
                .filter(line -> line.contains("The last good configuration stays in force"))
                .filter(line -> Stream.of(parts).allMatch(line::contains))
                .count();
    }

    @Test
    public void aBlockedPrincipalIsRefusedAsSoonAsTheSettingChangesAndNoLater() throws Exception {
        HostHooks<?> hooks = hooksOf("flowmesh");
        PrincipalContext bob = hooks.authenticate("demo-user-token");
        assertEquals(200, statusOf(() -> hooks.checkSubmission(bob)));
        configure("id.lum.demo", Map.of("blocked.principals", "bob"));
        Await.until("bob is blocked", () -> statusOf(() -> hooks.checkSubmission(bob)) == 403);
        putBackConfigurations();
        Await.until("bob is not blocked", () -> statusOf(() -> hooks.checkSubmission(bob)) == 200);
    }

    private static int statusOf(Runnable call) {
        try {
            call.run();
            return 200;
        } catch (HookRejection rejection) {
            return rejection.status();
        }
    }
}
