package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;

import id.lum.core.grants.GrantLevel;
import id.lum.core.policy.Sharing;
import id.lum.fakes.FakeLumid;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import id.lum.hooks.flowmesh.Worker;
import id.lum.hooks.host.HookStatus;
import id.lum.testing.Await;
import id.lum.traffic.CallScript;
import id.lum.traffic.Report;
import id.lum.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.Test;
import org.ops4j.pax.exam.Option;

/**
 * FlowMesh by lum.id, from the token to the accessible ids, in the shipped container and against a lum.id that can
 * fail.
 */
public class FlowmeshIT extends FlowmeshTestSupport {
    private static final int CALLERS = 4;

    @Override
    protected Option also() {
        return composite(
                super.also(),
                bundle(Path.of(System.getProperty("lumid.traffic")).toUri().toString()));
    }

    @Test
    public void ofATokenTheOwnerAStrangerAndAnAdminEachGetWhatIsTheirs() {
        PrincipalContext ann = hooks.authenticate("ann-token");
        PrincipalContext ben = hooks.authenticate("ben-token");
        PrincipalContext root = hooks.authenticate("root-token");
        assertEquals(new PrincipalContext("ann", "lumid", "ann", "user", ann.scopes()), ann);
        assertEquals(401, status(() -> hooks.authenticate("nobody's")));
        hooks.require(ann, ResourceKind.WORKFLOW, ResourceAction.WRITE);
        assertEquals(403, status(() -> hooks.require(ben, ResourceKind.WORKFLOW, ResourceAction.WRITE)));
        hooks.register(ann, ResourceRef.of("workflow", "wf-1"));
        hooks.require(ann, ResourceKind.WORKFLOW, "wf-1", ResourceAction.CANCEL);
        assertEquals(403, status(() -> hooks.require(ben, ResourceKind.WORKFLOW, "wf-1", ResourceAction.READ)));
        hooks.require(root, ResourceKind.WORKFLOW, "wf-1", ResourceAction.ADMIN);
        assertTrue(hooks.accessibleIds(ann, ResourceKind.WORKFLOW, ResourceAction.READ)
                .contains("wf-1"));
        assertFalse(hooks.accessibleIds(ben, ResourceKind.WORKFLOW, ResourceAction.READ)
                .contains("wf-1"));
        assertTrue(hooks.accessibleIds(root, ResourceKind.WORKFLOW, ResourceAction.READ)
                .isAll());
        assertEquals("acme", hooks.supplierOf(new Worker("w", "", "acme", "", List.of(), Map.of())));
    }

    @Test
    public void answersThatAreNotHttpLeaveNoDescriptorBehindAndLumidIsHeardAgain() throws Exception {
        lumid.mode(FakeLumid.Mode.NOT_HTTP);
        assertEquals(503, status(() -> hooks.authenticate("unheard")));
        int before = Descriptors.open();
        for (int i = 0; i < 200; i++) {
            String token = "unheard-" + i;
            assertEquals(503, status(() -> hooks.authenticate(token)));
        }
        Await.until("the sockets are closed", () -> Descriptors.open() < before + 20);
        lumid.mode(FakeLumid.Mode.NORMAL);
        assertEquals(401, status(() -> hooks.authenticate("unheard")));
        assertEquals("ben", hooks.authenticate("ben-token").principalId());
    }

    @Test
    public void aSharedResourceIsReadAndNoMoreUntilItIsTakenBack() throws Exception {
        PrincipalContext ann = hooks.authenticate("ann-token");
        PrincipalContext ben = hooks.authenticate("ben-token");
        ResourceRef shared = ResourceRef.of("task", "t-1");
        hooks.register(ann, shared);
        Sharing sharing = Lookup.service(container, Sharing.class, "(hook.host=flowmesh)");
        sharing.grant(shared, "ben", GrantLevel.READ);
        hooks.require(ben, ResourceKind.RESULT, "t-1", ResourceAction.READ);
        assertEquals(403, status(() -> hooks.require(ben, ResourceKind.TASK, "t-1", ResourceAction.WRITE)));
        sharing.revoke(shared, "ben");
        assertEquals(403, status(() -> hooks.require(ben, ResourceKind.RESULT, "t-1", ResourceAction.READ)));
    }

    @Test
    public void withLumidAwayAKnownTokenStillCountsAndAnUnknownOneIs503() {
        hooks.authenticate("ann-token");
        lumid.stop();
        assertEquals(200, status(() -> hooks.authenticate("ann-token")));
        assertEquals(503, status(() -> hooks.authenticate("ben-token")));
        lumid.comeBack();
        assertEquals(200, status(() -> hooks.authenticate("ben-token")));
    }

    @Test
    public void withABadPathNobodyGetsInAndACorrectedOneBringsTheHooksWithoutARestart() throws Exception {
        Path notADatabase =
                Files.writeString(database.resolveSibling("notes.txt"), "these are not the grants you look for ...");
        leave();
        adapter(Map.of("acl.db.path", notADatabase.toString()));
        configure("id.lum.hooks.host~flowmesh", Map.of("grace.ms", "0"));
        Await.until("nobody waits any longer", () -> status(() -> hooks.authenticate("root-token")) == 503);
        Await.until(
                "of the hooks the sink alone is there", () -> present("lumid").equals(Set.of("usage")));
        adapter(Map.of());
        Await.until("the hooks are there", () -> status(() -> hooks.authenticate("root-token")) == 200);
    }

    @Test
    public void aRefusedChangeLeavesTheLastGoodOneInForce() throws Exception {
        PrincipalContext ann = hooks.authenticate("ann-token");
        hooks.register(ann, ResourceRef.of("workflow", "wf-2"));
        adapter(Map.of("fleet.kinds", "worker:write"));
        adapter(Map.of("acl.db.path", ""));
        configure(CORE, Map.of("base.url", "ftp://nowhere"));
        // An accepted change after the refused ones shows that those were looked at.
        configure("id.lum.hooks.host~flowmesh", Map.of("required", "supplier"));
        Await.until(
                "the view has changed",
                () -> hooks.hooks().stream().anyMatch(hook -> hook.kind().equals("supplier") && hook.required()));
        hooks.require(ann, ResourceKind.WORKFLOW, "wf-2", ResourceAction.READ);
        assertEquals(200, status(() -> hooks.authenticate("ben-token")));
    }

    @Test
    public void settingsChangedUnderTrafficFailNoCallAndLoseNoGrant() throws Exception {
        PrincipalContext ann = hooks.authenticate("ann-token");
        hooks.register(ann, ResourceRef.of("workflow", "kept"));
        Traffic traffic = Traffic.start(hooks, new CallScript("workflow", "ann-token", "root-token", false), CALLERS);
        for (int i = 0; i < 5; i++) {
            configure(CORE, Map.of("cache.seconds", String.valueOf(i), "org.id", "org-" + i));
            adapter(Map.of("fleet.kinds", i % 2 == 0 ? "worker:read" : ""));
            traffic.flow(CALLERS * 50);
            // A change that closes the file and opens it again.
            adapter(Map.of("journal.mode", i % 2 == 0 ? "rollback" : "wal"));
            traffic.flow(CALLERS * 50);
        }
        Report report = traffic.stop();
        assertEquals(List.of(), report.trouble());
        assertEquals(0, report.failed() + report.wrong() + report.wrongAllows());
        hooks.require(ann, ResourceKind.WORKFLOW, "kept", ResourceAction.WRITE);
    }

    @Test
    public void anotherPathDecidesByItsOwnGrantsAndTheOldOnesAreStillThereAfterwards() throws Exception {
        PrincipalContext ann = hooks.authenticate("ann-token");
        hooks.register(ann, ResourceRef.of("workflow", "here"));
        adapter(Map.of("acl.db.path", database.resolveSibling("other.sqlite").toString()));
        Await.until(
                "the other file decides",
                () -> status(() -> hooks.require(ann, ResourceKind.WORKFLOW, "here", ResourceAction.READ)) == 403);
        adapter(Map.of());
        Await.until(
                "the first file decides",
                () -> status(() -> hooks.require(ann, ResourceKind.WORKFLOW, "here", ResourceAction.READ)) == 200);
    }

    @Test
    public void theDatabaseIsForItsOwnerOnlyAndOneFileOnceTheAdapterHasStopped() throws Exception {
        hooks.register(hooks.authenticate("ann-token"), ResourceRef.of("workflow", "wf-3"));
        leave();
        Await.until("the log is folded in", () -> !Files.exists(Path.of(database + "-wal")));
        assertFalse(Files.exists(Path.of(database + "-shm")));
        assertEquals(
                "[OWNER_READ, OWNER_WRITE]",
                Files.getPosixFilePermissions(database).stream()
                        .sorted()
                        .toList()
                        .toString());
        adapter(Map.of());
    }

    private Set<String> present(String name) {
        return hooks.hooks().stream()
                .filter(hook -> hook.name().equals(name) && hook.state() == HookStatus.State.PRESENT)
                .map(HookStatus::kind)
                .collect(Collectors.toSet());
    }

    /** The adapter's configuration: its own database, and what is said here. */
    private void adapter(Map<String, String> properties) throws IOException {
        set(FLOWMESH, flowmesh(properties));
    }

    private void leave() throws Exception {
        configurations.getConfiguration(FLOWMESH, "?").delete();
        Await.until("the adapter has left", () -> present("lumid").isEmpty());
    }
}
