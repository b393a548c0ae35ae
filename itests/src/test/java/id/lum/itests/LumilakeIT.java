package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;

import id.lum.core.policy.Sharing;
import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeOptimizer;
import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.host.SwapMetrics;
import id.lum.hooks.lumilake.LumilakeHooks;
import id.lum.hooks.lumilake.OptimizerHandle;
import id.lum.hooks.lumilake.ResourceAction;
import id.lum.hooks.lumilake.ResourceKind;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import id.lum.testing.Await;
import id.lum.traffic.CallScript;
import id.lum.traffic.Report;
import id.lum.traffic.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.FrameworkWiring;

/** Lumilake by lum.id, and beside FlowMesh: what they share, and that neither notices what happens to the other. */
public class LumilakeIT extends HookTestSupport {
    private static final int UPDATES = 20;
    private static final int CALLERS = 2;
    private static final String LUMILAKE = "id.lum.lumilake";
    private static final String FLOWMESH = "id.lum.flowmesh";

    private FakeLumid lumid;
    private FakeOptimizer optimizer;
    private LumilakeHooks hooks;
    private FlowmeshHooks neighbour;
    private Path folder;

    @Override
    protected Option also() {
        return composite(jar("lumid.traffic"), jar("lumid.fakes"));
    }

    private static Option jar(String property) {
        return bundle(Path.of(System.getProperty(property)).toUri().toString());
    }

    @Before
    public void switchBothAdaptersOn() throws Exception {
        lumid = FakeLumid.start()
                .issue("ann-token", "ann", "ann@example.com", "lumilake:jobs:write", "flowmesh:workflows:write")
                .issue("ben-token", "ben", "ben@example.com", "lumilake:jobs:read")
                .issue("root-token", "root", "root@example.com", "flowmesh:admin");
        optimizer = FakeOptimizer.start("Greedy");
        hooks = lumilakeHooks();
        neighbour = flowmeshHooks();
        folder = Files.createTempDirectory(data(), "grants");
        // Far more than an update takes on a busy machine.
        configure("id.lum.hooks.host~lumilake", Map.of("grace.ms", "20000"));
        configure("id.lum.core", Map.of("base.url", lumid.url().toString(), "cache.seconds", "3600"));
        set(FLOWMESH, "flowmesh.sqlite", Map.of());
        set(LUMILAKE, "lumilake.sqlite", Map.of());
        Await.until(
                "both adapters are there",
                () -> present(hooks).containsAll(Set.of("identity", "registrar"))
                        && present(neighbour).containsAll(Set.of("identity", "registrar")));
        // The stores before these are closed once these serve.
        Await.until("grants are kept here", () -> openStores().equals(Set.of(logOf("flowmesh"), logOf("lumilake"))));
        // Seen under load: of two updates in a row the component was given the first only. Said again, it arrives.
        Await.until("tokens are introspected here", () -> {
            boolean here = status(() -> hooks.authenticate("root-token")) == 200;
            if (!here) {
                configure("id.lum.core", Map.of("base.url", lumid.url().toString()));
            }
            return here;
        });
    }

    @After
    public void stopTheFakes() throws Exception {
        set(LUMILAKE, "lumilake.sqlite", Map.of());
        Await.until("there is no optimizer", () -> !present(hooks).contains("optimizer"));
        Shell.run(container, "hooks:remove lumilake lumid");
        lumid.close();
        optimizer.close();
    }

    @Test
    public void ofATokenTheOwnerAStrangerAndAnAdminEachGetWhatIsTheirs() throws Exception {
        PrincipalContext ann = hooks.authenticate("ann-token");
        PrincipalContext ben = hooks.authenticate("ben-token");
        PrincipalContext root = hooks.authenticate("root-token");
        assertEquals(new PrincipalContext("ann", "lumid", "ann", "user", ann.scopes()), ann);
        assertEquals(401, status(() -> hooks.authenticate("nobody's")));
        hooks.require(ann, ResourceKind.JOB, ResourceAction.WRITE);
        assertEquals(403, status(() -> hooks.require(ben, ResourceKind.JOB, ResourceAction.WRITE)));
        hooks.register(ann, ResourceRef.of("job", "j-1"));
        hooks.register(ann, ResourceRef.of("trace", "t-1"));
        hooks.require(ann, ResourceKind.JOB, "j-1", ResourceAction.CANCEL);
        assertEquals(403, status(() -> hooks.require(ben, ResourceKind.JOB, "j-1", ResourceAction.READ)));
        hooks.require(root, ResourceKind.JOB, "j-1", ResourceAction.ADMIN);
        assertTrue(
                hooks.accessibleIds(ann, ResourceKind.JOB, ResourceAction.READ).contains("j-1"));
        assertFalse(
                hooks.accessibleIds(ben, ResourceKind.JOB, ResourceAction.READ).contains("j-1"));
        assertTrue(
                hooks.accessibleIds(root, ResourceKind.JOB, ResourceAction.READ).isAll());
        assertEquals(new ReconcileResult(1, 0), hooks.reconcile(List.of(ResourceRef.of("job", "j-1"))));
        hooks.require(ann, ResourceKind.TRACE, "t-1", ResourceAction.READ);
        // Neither host's grants open anything at the other.
        assertEquals(403, status(() -> neighbour.require(ann, ResourceRef.of("job", "j-1"), "read")));
        neighbour.register(ann, ResourceRef.of("worker", "w-1"));
        assertEquals(403, status(() -> hooks.require(ann, ResourceKind.WORKER, "w-1", ResourceAction.READ)));
        assertTrue(Shell.run(container, "lumid:grants lumilake").contains("job j-1: ann WRITE"));
        assertFalse(Shell.run(container, "lumid:grants flowmesh").contains("j-1"));
    }

    @Test
    public void aPrefixBelongsToTheFirstWhoUsesItOnceThatIsSwitchedOn() throws Exception {
        PrincipalContext ann = hooks.authenticate("ann-token");
        PrincipalContext ben = hooks.authenticate("ben-token");
        assertEquals(403, status(() -> use(ann)));
        set(LUMILAKE, "lumilake.sqlite", Map.of("claimable.kinds", "object-prefix"));
        Await.until("ann may use it", () -> status(() -> use(ann)) == 200);
        assertEquals(403, status(() -> use(ben)));
    }

    private void use(PrincipalContext principal) {
        hooks.require(principal, ResourceKind.OBJECT_PREFIX, "data/ann", ResourceAction.WRITE);
    }

    @Test
    public void aBearerSeenByOneHostIsNotIntrospectedAgainForTheOther() {
        lumid.issue("first-at-flowmesh", "fay", "fay@example.com").issue("first-at-lumilake", "lea", "lea@example.com");
        neighbour.authenticate("first-at-flowmesh");
        hooks.authenticate("first-at-flowmesh");
        hooks.authenticate("first-at-lumilake");
        neighbour.authenticate("first-at-lumilake");
        assertEquals(1, lumid.requests("first-at-flowmesh"));
        assertEquals(1, lumid.requests("first-at-lumilake"));
    }

    @Test
    public void oneFileForBothIsRefusedWithBothNamedAndTheOneThatHasItKeepsIt() throws Exception {
        LogFile log = LogFile.from(data().resolve("log/lumid.log"));
        PrincipalContext ann = neighbour.authenticate("ann-token");
        set(LUMILAKE, "flowmesh.sqlite", Map.of());
        Await.until("it is refused", () -> log.hasLine("id.lum.flowmesh acl.db.path", "id.lum.lumilake acl.db.path"));
        neighbour.register(ann, ResourceRef.of("workflow", "wf-1"));
        hooks.register(ann, ResourceRef.of("job", "j-2"));
        assertFalse(Shell.run(container, "lumid:grants flowmesh").contains("j-2"));
        // From the start, too: nobody gets into Lumilake then, and FlowMesh is as it was.
        configurations.getConfiguration(LUMILAKE, "?").delete();
        Await.until("Lumilake's hooks have left", () -> present(hooks).isEmpty());
        configure("id.lum.hooks.host~lumilake", Map.of("grace.ms", "0"));
        log.mark();
        set(LUMILAKE, "flowmesh.sqlite", Map.of());
        Await.until("it is refused", () -> log.hasLine("id.lum.flowmesh acl.db.path", "id.lum.lumilake acl.db.path"));
        Await.until("nobody waits any longer", () -> status(() -> hooks.authenticate("ann-token")) == 503);
        assertTrue(container
                .getServiceReferences(Sharing.class, "(hook.host=lumilake)")
                .isEmpty());
        neighbour.require(neighbour.authenticate("ann-token"), ResourceRef.of("workflow", "wf-1"), "write");
        set(LUMILAKE, "lumilake.sqlite", Map.of());
        Await.until("it is back", () -> status(() -> hooks.authenticate("ann-token")) == 200);
    }

    @Test
    public void updatesOfOneAdapterUnderTrafficAreNotNoticedByTheOtherHostAndFailNoCall() throws Exception {
        plan();
        Bundle adapter = bundleNamed(LUMILAKE);
        List<Long> lives = lives("flowmesh");
        SwapMetrics before = neighbour.swaps();
        Traffic beside =
                Traffic.start(neighbour, new CallScript("workflow", "ann-token", "root-token", false), CALLERS);
        Traffic traffic = Traffic.start(hooks, new CallScript("job", "ann-token", "root-token", false), CALLERS);
        Planners planners = new Planners(hooks.optimizer("greedy"), Set.of("gpu-1"));
        int noticed = 0;
        for (int i = 0; i < UPDATES; i++) {
            noticed += traffic.swap(() -> update(adapter)) ? 1 : 0;
            planners.flow(CALLERS);
        }
        List<String> trouble = planners.stop();
        Report report = traffic.stop();
        Report neighbours = beside.stop();
        System.out.printf(
                "lumilake adapter updates: %d, noticed: %d; lumilake calls: %d, plans: %d, failed: %d, wrong: %d,"
                        + " longest call: %d ms; flowmesh calls: %d, failed: %d, wrong: %d, longest call: %d ms%n",
                UPDATES,
                noticed,
                report.calls(),
                planners.plans(),
                report.failed(),
                report.wrong(),
                report.longestMillis(),
                neighbours.calls(),
                neighbours.failed(),
                neighbours.wrong(),
                neighbours.longestMillis());
        assertEquals(List.of(), trouble);
        assertEquals(List.of(), report.trouble());
        assertEquals(0, report.failed() + report.wrong() + report.wrongAllows());
        assertTrue("Callers of Lumilake noticed", noticed > 0);
        assertEquals(List.of(), neighbours.trouble());
        assertEquals(0, neighbours.failed() + neighbours.wrong() + neighbours.wrongAllows());
        assertEquals("FlowMesh waited for nothing", before, neighbour.swaps());
        assertEquals(lives, lives("flowmesh"));
        onlyTheirOwnTokens();
    }

    @Test
    public void lumilakesAdapterIsUninstalledAndInstalledAgainAndFlowmeshNoticesNothing() throws Exception {
        uninstalledAndInstalledAgain(LUMILAKE, "lumilake", hooks, "job", neighbour, "workflow");
    }

    @Test
    public void flowmeshsAdapterIsUninstalledAndInstalledAgainAndLumilakeNoticesNothing() throws Exception {
        uninstalledAndInstalledAgain(FLOWMESH, "flowmesh", neighbour, "workflow", hooks, "job");
    }

    private void uninstalledAndInstalledAgain(
            String adapter, String host, HostHooks<?> of, String kind, HostHooks<?> beside, String besideKind)
            throws Exception {
        ResourceRef kept = ResourceRef.of(kind, "kept-" + host);
        of.register(of.authenticate("ann-token"), kept);
        String besideHost = host.equals("flowmesh") ? "lumilake" : "flowmesh";
        List<Long> lives = lives(besideHost);
        SwapMetrics before = beside.swaps();
        Traffic traffic = Traffic.start(beside, new CallScript(besideKind, "ann-token", "root-token", false), CALLERS);
        Bundle bundle = bundleNamed(adapter);
        String location = bundle.getLocation();
        bundle.uninstall();
        refresh(bundle);
        assertEquals(List.of(), lives(host));
        traffic.round();
        container.installBundle(location).start();
        Await.until("it is back", () -> status(() -> of.authenticate("ann-token")) == 200);
        of.require(of.authenticate("ann-token"), kept, "write");
        Report report = traffic.stop();
        assertEquals(List.of(), report.trouble());
        assertEquals(0, report.failed() + report.wrong() + report.wrongAllows());
        assertEquals("the other host waited for nothing", before, beside.swaps());
        assertEquals(lives, lives(besideHost));
    }

    /** As an operator does after an uninstall: only then are the classes gone. */
    private void refresh(Bundle bundle) throws Exception {
        CountDownLatch refreshed = new CountDownLatch(1);
        container
                .getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .refreshBundles(List.of(bundle), event -> {
                    if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                        refreshed.countDown();
                    }
                });
        assertTrue(refreshed.await(Await.BOUND.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Test
    public void withOneAdapterStoppedTheOtherHostAnswersAsEver() throws Exception {
        PrincipalContext ann = neighbour.authenticate("ann-token");
        Bundle adapter = bundleNamed(LUMILAKE);
        configure("id.lum.hooks.host~lumilake", Map.of("grace.ms", "0"));
        List<Long> lives = lives("flowmesh");
        adapter.stop();
        try {
            Await.until("nobody gets into Lumilake", () -> status(() -> hooks.authenticate("ann-token")) == 503);
            neighbour.register(ann, ResourceRef.of("workflow", "wf-2"));
            neighbour.require(neighbour.authenticate("ann-token"), ResourceRef.of("workflow", "wf-2"), "cancel");
        } finally {
            adapter.start();
        }
        Await.until("Lumilake is back", () -> status(() -> hooks.authenticate("ann-token")) == 200);
        assertEquals(lives, lives("flowmesh"));
    }

    @Test
    public void theOptimizerIsTurnedOnOffAndElsewhereWhileCallsGoOnAndNothingElseMoves() throws Exception {
        Traffic traffic = Traffic.start(hooks, new CallScript("job", "ann-token", "root-token", false), CALLERS);
        assertEquals(Set.of(), hooks.optimizers());
        assertEquals(400, status(() -> hooks.optimizer("greedy")));
        Await.until(
                "the adapter has its three hooks and the sharing",
                () -> lives("lumilake").size() == 4);
        List<Long> lives = lives("lumilake");
        plan();
        OptimizerHandle handle = hooks.optimizer("GREEDY");
        assertEquals(Map.of("gpu-1", List.of("load", "join")), planned(handle));
        Planners planners = new Planners(handle, Set.of("gpu-1"));
        try (FakeOptimizer other = FakeOptimizer.start("greedy", "exact")) {
            for (int i = 0; i < 5; i++) {
                planners.flow(CALLERS);
                set(
                        LUMILAKE,
                        "lumilake.sqlite",
                        Map.of("optimizer.url", other.url().toString()));
                Await.until("the other offers", () -> hooks.optimizers().contains("exact"));
                planners.flow(CALLERS);
                int seenByTheFirst = optimizer.scheduleAuthorizations().size();
                planned(handle);
                // A call that had begun before the change may still arrive, one a thread.
                assertTrue(optimizer.scheduleAuthorizations().size() - seenByTheFirst <= CALLERS);
                plan();
                Await.until("the first offers", () -> !hooks.optimizers().contains("exact"));
            }
            // Before the other closes: a plan that began earlier may still be asked for there.
            assertEquals(List.of(), planners.stop());
            assertTrue(other.scheduleAuthorizations().stream().allMatch(Optional.of("Bearer ben-token")::equals));
            assertEquals(List.of(), other.violations());
        }
        assertTrue(Shell.run(container, "lumid:optimizers").contains("on offer     Greedy, by " + optimizer.url()));
        optimizer.offer("Greedy", "balanced");
        assertTrue(Shell.run(container, "lumid:refresh").contains("on offer     Greedy, balanced, by "));
        configure("id.lum.hooks.host~lumilake", Map.of("grace.ms", "50"));
        set(LUMILAKE, "lumilake.sqlite", Map.of("optimizer.url", ""));
        Await.until("it is off", () -> hooks.optimizers().isEmpty());
        assertEquals(400, status(() -> planned(handle)));
        assertEquals("the other hooks are those they were", lives, lives("lumilake"));
        Report report = traffic.stop();
        assertEquals(List.of(), report.trouble());
        assertEquals(0, report.failed() + report.wrong() + report.wrongAllows());
        onlyTheirOwnTokens();
    }

    @Test
    public void withAnOptimizerThatIsAwayEverythingElseWorksAndItIsOfferedOnceItIsThere() throws Exception {
        optimizer.stop();
        set(LUMILAKE, "lumilake.sqlite", Map.of("optimizer.url", optimizer.url().toString()));
        Await.until(
                "it is tried", () -> Shell.run(container, "lumid:optimizers").contains("connection refused"));
        PrincipalContext ann = hooks.authenticate("ann-token");
        hooks.register(ann, ResourceRef.of("job", "j-3"));
        hooks.require(ann, ResourceKind.JOB, "j-3", ResourceAction.CANCEL);
        assertEquals(Set.of(), hooks.optimizers());
        optimizer.comeBack();
        Await.until("it is offered", () -> hooks.optimizers().contains("Greedy"));
    }

    /** Switches the optimizer on, with a runtime token that its catalog demands. */
    private void plan() throws Exception {
        optimizer.demandForCatalog("runtime-token");
        set(
                LUMILAKE,
                "lumilake.sqlite",
                Map.of("optimizer.url", optimizer.url().toString(), ".runtime.token", "runtime-token"));
        Await.until("it is offered", () -> hooks.optimizers().contains("Greedy"));
    }

    /** By what the optimizer received: the runtime token came for the catalog alone, and bearers for plans alone. */
    private void onlyTheirOwnTokens() {
        assertEquals(Set.of(Optional.of("Bearer runtime-token")), Set.copyOf(optimizer.catalogAuthorizations()));
        assertEquals(Set.of(Optional.of("Bearer ben-token")), Set.copyOf(optimizer.scheduleAuthorizations()));
        assertEquals(List.of(), optimizer.violations());
    }

    private static Map<String, List<String>> planned(OptimizerHandle handle) {
        TaskGraph graph = new TaskGraph(
                Map.of("load", Set.of(), "join", Set.of("load")), Map.of("nodes", List.of("load", "join")));
        return handle.schedule(new ScheduleRequest(graph, List.of("gpu-1"), Map.of(), Optional.empty()), "ben-token")
                .workerAssignment();
    }

    /** Threads that never pause having a job planned, by a handle made before everything that happens. */
    private static final class Planners {
        private final List<Thread> threads;
        private final AtomicLong plans = new AtomicLong();
        private final Queue<String> trouble = new ConcurrentLinkedQueue<>();
        private volatile boolean over;

        Planners(OptimizerHandle handle, Set<String> workers) {
            threads = IntStream.range(0, CALLERS)
                    .mapToObj(i -> new Thread(() -> call(handle, workers), "planner-" + i))
                    .toList();
            threads.forEach(thread -> {
                thread.setDaemon(true);
                thread.start();
            });
        }

        private void call(OptimizerHandle handle, Set<String> workers) {
            while (!over) {
                try {
                    Map<String, List<String>> plan = planned(handle);
                    if (!plan.keySet().equals(workers)) {
                        trouble.add("another plan: " + plan);
                    }
                } catch (RuntimeException failed) {
                    trouble.add(failed.toString());
                }
                plans.incrementAndGet();
            }
        }

        long plans() {
            return plans.get();
        }

        /** Returns when so many more plans were made. */
        void flow(long more) throws Exception {
            long target = plans.get() + more;
            Await.until("more plans are made", () -> plans.get() >= target);
        }

        List<String> stop() throws InterruptedException {
            over = true;
            for (Thread thread : threads) {
                thread.join(Await.BOUND.toMillis());
            }
            return List.copyOf(trouble);
        }
    }

    private static Set<String> present(HostHooks<?> view) {
        return view.hooks().stream()
                .filter(hook -> hook.name().equals("lumid") && hook.state() == HookStatus.State.PRESENT)
                .map(HookStatus::kind)
                .collect(Collectors.toSet());
    }

    private Path logOf(String host) {
        return folder.resolve(host + ".sqlite-wal");
    }

    /** The write-ahead logs: a file has one while it is open. */
    private Set<Path> openStores() throws IOException {
        try (Stream<Path> files = Files.walk(data())) {
            return files.filter(file -> file.toString().endsWith("-wal")).collect(Collectors.toSet());
        } catch (UncheckedIOException changing) {
            return Set.of();
        }
    }

    /** The numbers of a host's hooks, but for its optimizer; one that came again has another. */
    private List<Long> lives(String host) throws Exception {
        ServiceReference<?>[] all = container.getAllServiceReferences(
                null,
                "(&(" + Hook.HOST + "=" + host + ")(" + Hook.NAME
                        + "=lumid)(!(objectClass=id.lum.hooks.lumilake.OptimizerProvider)))");
        return Stream.of(all == null ? new ServiceReference<?>[0] : all)
                .map(service -> (Long) service.getProperty(Constants.SERVICE_ID))
                .sorted()
                .toList();
    }

    /** Sets an adapter's configuration to its database and exactly this. */
    private void set(String pid, String database, Map<String, String> properties) throws IOException {
        Hashtable<String, Object> all =
                new Hashtable<>(Map.of("acl.db.path", folder.resolve(database).toString()));
        all.putAll(properties);
        configurations.getConfiguration(pid, "?").update(all);
    }

    private static void update(Bundle bundle) {
        try {
            bundle.update();
        } catch (BundleException failure) {
            throw new AssertionError(failure);
        }
    }

    private static int status(Runnable call) {
        try {
            call.run();
            return 200;
        } catch (HookRejection rejection) {
            return rejection.status();
        }
    }
}
