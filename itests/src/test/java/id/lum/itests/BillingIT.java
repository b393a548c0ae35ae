package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import id.lum.fakes.Answer;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.ScriptedResult;
import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.UsageSink;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import id.lum.testing.Await;
import java.io.Reader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;

/** FlowMesh's billing in the shipped container, against a Runmesh that can be away, wrong, or another one. */
public class BillingIT extends FlowmeshTestSupport {
    private static final String SECRET = "bridge-of-the-test";
    private static final int EMITTERS = 4;
    private static final int SUBMISSIONS = 46;
    private static final int RESTARTS = 20;
    /** Somewhat less than the guard waits for the core: of a restart that takes longer a submission may notice. */
    private static final long PAYER_AWAITED_MILLIS = 4000;

    private static final String OF_THE_ADAPTER = "(&(" + Hook.HOST + "=flowmesh)(" + Hook.NAME + "=lumid)"
            // Neither of them answers for a submission.
            + "(!(objectClass=*SupplierResolver))(!(objectClass=*Sharing)))";

    private FakeRunmesh runmesh;

    @Before
    public void startRunmesh() {
        runmesh = FakeRunmesh.start(SECRET);
    }

    @After
    public void stopRunmesh() throws Exception {
        set(FLOWMESH, flowmesh(Map.of()));
        awaitBillingHooks();
        runmesh.close();
    }

    @Test
    public void theBillingHooksAreThereExactlyWhileTheSettingsAskForThem() throws Exception {
        LogFile log = LogFile.from(data().resolve("log").resolve("lumid.log"));
        assertEquals(Set.of(), billingHooks());
        bill(Map.of());
        awaitBillingHooks("usage");
        bill(Map.of("balance.guard", "ON"));
        awaitBillingHooks("usage", "guard");
        bill(Map.of("balance.guard", "perhaps"));
        Await.until("it is refused", () -> log.hasLine("id.lum.flowmesh", "balance.guard", "perhaps"));
        bill(Map.of("billing.base.url", "ftp://elsewhere", "balance.guard", "on"));
        Await.until("it is refused", () -> log.hasLine("id.lum.flowmesh", "billing.base.url", "ftp://elsewhere"));
        bill(Map.of(".bridge.secret", "two\nlines", "balance.guard", "on"));
        Await.until("it is refused", () -> log.hasLine("id.lum.flowmesh", ".bridge.secret"));
        assertFalse(log.text().contains("two\nlines"));
        assertEquals(Set.of("usage", "guard"), billingHooks());
        bill(Map.of("balance.guard", "off"));
        awaitBillingHooks("usage");
        bill(Map.of(".bridge.secret", "", "balance.guard", "on"));
        awaitBillingHooks();
        bill(Map.of());
        awaitBillingHooks("usage");
        bill(Map.of("billing.base.url", ""));
        awaitBillingHooks();
    }

    @Test
    public void theIdentityProviderComesAfterGuardAndSinkAndLeavesBeforeThem() throws Exception {
        configurations.getConfiguration(FLOWMESH, "?").delete();
        Await.until("the adapter has left", () -> adapterHooks().isEmpty());
        String identity = IdentityProvider.class.getName();
        List<Set<String>> withIdentity = new CopyOnWriteArrayList<>();
        List<String> leftBefore = new CopyOnWriteArrayList<>();
        ServiceListener witness = event -> {
            String kind = kind(event.getServiceReference());
            if (event.getType() == ServiceEvent.REGISTERED && kind.equals(identity)) {
                withIdentity.add(adapterHooks());
            } else if (event.getType() == ServiceEvent.UNREGISTERING
                    && adapterHooks().contains(identity)) {
                leftBefore.add(kind);
            }
        };
        container.addServiceListener(witness, OF_THE_ADAPTER);
        try {
            bill(Map.of("balance.guard", "on"));
            // The witness hears of a service after everybody can see it.
            Await.until("the identity provider is there", () -> !withIdentity.isEmpty());
            assertEquals(5, adapterHooks().size());
            assertEquals(List.of(adapterHooks()), withIdentity);
            configurations.getConfiguration(FLOWMESH, "?").delete();
            Await.until("the adapter has left", () -> adapterHooks().isEmpty());
            assertFalse(leftBefore.toString(), leftBefore.contains(SubmissionGuard.class.getName()));
            assertFalse(leftBefore.toString(), leftBefore.contains(UsageSink.class.getName()));
        } finally {
            container.removeServiceListener(witness);
        }
    }

    private static String kind(ServiceReference<?> hook) {
        return ((String[]) hook.getProperty(Constants.OBJECTCLASS))[0];
    }

    private Set<String> adapterHooks() {
        try {
            ServiceReference<?>[] all = container.getAllServiceReferences(null, OF_THE_ADAPTER);
            return Stream.of(all == null ? new ServiceReference<?>[0] : all)
                    .map(BillingIT::kind)
                    .collect(Collectors.toSet());
        } catch (InvalidSyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    public void fromTheTokenByGuardCheckerAndRegistrarToTheLedger() throws Exception {
        runmesh.balance("ann@example.com", true, "12.50").balance("ben@example.com", false, "0.003");
        bill(Map.of("balance.guard", "on"));
        awaitBillingHooks("usage", "guard");
        PrincipalContext ann = hooks.authenticate("ann-token");
        PrincipalContext ben = hooks.authenticate("ben-token");
        HookRejection broke = assertThrows(HookRejection.class, () -> hooks.checkSubmission(ben));
        assertEquals(402, broke.status());
        assertEquals(Refusal.PAYMENT_REQUIRED, broke.refusal());
        assertEquals(
                "Insufficient balance ($0.003). Top up at https://lum.id/app/billing before submitting workflows.",
                broke.getMessage());
        hooks.checkSubmission(ann);
        hooks.require(ann, ResourceKind.WORKFLOW, ResourceAction.WRITE);
        hooks.register(ann, ResourceRef.of("workflow", "wf-1"));
        hooks.emit(List.of(row("ann", "task-1", "1.250"), row("ann", "task-2", "0.50")));
        awaitLedger(Set.of("task-1", "task-2"));
        assertEquals(
                Map.of("task-1", "1.250", "task-2", "0.50"), runmesh.ledger().amounts());
        assertEquals(List.of("task-1", "task-2"), runmesh.ledger().tasksOf("ann"));
        assertTrue(runmesh.latest().stream()
                .filter(request -> request.path().endsWith("flowmesh-entry"))
                .allMatch(request -> request.body().contains("ann@example.com")));
        assertEquals(List.of(), runmesh.violations());
        runmesh.stop();
        hooks.checkSubmission(ben);
    }

    @Test
    public void asShippedAHostIsToldWhenItsRowsAreNotTakenAndThenStillOwnsThem() throws Exception {
        configure("id.lum.hooks.host~flowmesh", Map.of("required", shipped("required")));
        bill(Map.of("outbox.max.rows", "1"));
        awaitBillingHooks("usage");
        hooks.emit(List.of(row("stranger", "waits", "1.00")));
        assertEquals(503, status(() -> hooks.emit(List.of(row("stranger", "refused", "2.00")))));
        assertTrue(shell("flowmesh:waiting"), shell("flowmesh:waiting").startsWith("stranger: 1 rows"));
        // Neither is it lost when the file cannot be opened at all.
        set(FLOWMESH, flowmesh(Map.of()));
        awaitBillingHooks();
        configurations.getConfiguration(FLOWMESH, "?").delete();
        Await.until("the adapter has left", () -> adapterHooks().isEmpty());
        bill(Map.of("outbox.db.path", database.getParent().toString()));
        awaitBillingHooks("usage");
        assertEquals(503, status(() -> hooks.emit(List.of(row("stranger", "refused", "2.00")))));
        assertEquals(
                "The outbox is not open; the log says why.",
                assertThrows(RuntimeException.class, () -> shell("flowmesh:outbox"))
                        .getMessage());
        bill(Map.of());
        Await.until("it is taken", () -> status(() -> hooks.emit(List.of(row("stranger", "refused", "2.00")))) == 200);
        lumid.issue("stranger-token", "stranger", "stranger@example.com");
        hooks.authenticate("stranger-token");
        awaitLedger(Set.of("waits", "refused"));
        assertEquals(
                Map.of("waits", "1.00", "refused", "2.00"), runmesh.ledger().amounts());
    }

    @Test
    public void submissionsUnderWayWhenTheAdapterStopsAreRefused() throws Exception {
        configure("id.lum.hooks.host~flowmesh", Map.of("grace.ms", "200"));
        runmesh.balances().always(broke().afterRelease());
        bill(Map.of("balance.guard", "on"));
        awaitBillingHooks("usage", "guard");
        PrincipalContext ben = hooks.authenticate("ben-token");
        List<FutureTask<Integer>> submissions = new ArrayList<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < SUBMISSIONS; i++) {
            FutureTask<Integer> submission = new FutureTask<>(() -> status(() -> hooks.checkSubmission(ben)));
            submissions.add(submission);
            Thread caller = new Thread(submission);
            callers.add(caller);
            caller.start();
        }
        // One that begins after the stop would find no guard, and none is required here.
        Await.until(
                "Runmesh is asked, and every submission waits for it",
                () -> runmesh.held() > 0
                        && callers.stream().allMatch(caller -> caller.getState() == Thread.State.TIMED_WAITING));
        bundleNamed("id.lum.flowmesh").stop();
        try {
            for (FutureTask<Integer> submission : submissions) {
                assertEquals(503, (int) submission.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS));
            }
        } finally {
            runmesh.balances().normal();
            runmesh.release();
            bundleNamed("id.lum.flowmesh").start();
        }
        awaitBillingHooks("usage", "guard");
    }

    @Test
    public void whileTheCoreIsRestartedNobodyIsLetInWhoCannotPayAndNoSubmissionFails() throws Exception {
        runmesh.balance("ben@example.com", false, "0.00").balance("ann@example.com", true, "9.00");
        bill(Map.of("balance.guard", "on"));
        awaitBillingHooks("usage", "guard");
        // Authenticated once: who calls during a restart was before it.
        PrincipalContext ben = hooks.authenticate("ben-token");
        PrincipalContext ann = hooks.authenticate("ann-token");
        Await.until("Runmesh is asked", () -> status(() -> hooks.checkSubmission(ben)) == 402);
        Map<String, Integer> answers = new ConcurrentHashMap<>();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < EMITTERS; i++) {
            callers.add(new Thread(() -> {
                while (!over.get()) {
                    answers.merge("ben " + status(() -> hooks.checkSubmission(ben)), 1, Integer::sum);
                    answers.merge("ann " + status(() -> hooks.checkSubmission(ann)), 1, Integer::sum);
                }
            }));
        }
        callers.forEach(Thread::start);
        long longest = 0;
        for (int i = 0; i < RESTARTS; i++) {
            int before = answers.getOrDefault("ben 402", 0);
            long start = System.nanoTime();
            bundleNamed("id.lum.core").stop();
            bundleNamed("id.lum.core").start();
            Await.until("submissions are answered", () -> answers.getOrDefault("ben 402", 0) > before + EMITTERS);
            longest = Math.max(longest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
        over.set(true);
        for (Thread caller : callers) {
            caller.join(Await.BOUND.toMillis());
            assertFalse(caller.isAlive());
        }
        System.out.println(RESTARTS + " restarts of the core under submissions: " + answers);
        if (longest >= PAYER_AWAITED_MILLIS) {
            answers.keySet().removeAll(Set.of("ben 503", "ann 503"));
        }
        assertEquals(Set.of("ben 402", "ann 200"), answers.keySet());
    }

    @Test
    public void asShippedRowsAreRefusedWhileTheAdapterIsAwayAndCountedWhileBillingIsOff() throws Exception {
        LogFile log = LogFile.from(data().resolve("log").resolve("lumid.log"));
        configure("id.lum.hooks.host~flowmesh", Map.of("required", shipped("required"), "grace.ms", "100"));
        // Another life of the adapter, which has not said it yet.
        bundleNamed("id.lum.flowmesh").update();
        Await.until("it is back", () -> lives().size() == SERVICES);
        for (int i = 0; i < 3; i++) {
            assertEquals(200, status(() -> hooks.emit(List.of(row("ann", "free", "1.00")))));
        }
        Await.until("it is said", () -> log.hasLine("because billing is off"));
        bill(Map.of());
        awaitBillingHooks("usage");
        bundleNamed("id.lum.flowmesh").stop();
        try {
            for (int i = 0; i < 20; i++) {
                String task = "away-" + i;
                assertEquals(503, status(() -> hooks.emit(List.of(row("ann", task, "1.00")))));
            }
        } finally {
            bundleNamed("id.lum.flowmesh").start();
        }
        awaitBillingHooks("usage");
        Await.until("tokens are known again", () -> status(() -> hooks.authenticate("ann-token")) == 200);
        hooks.emit(List.of(row("ann", "back", "1.00")));
        awaitLedger(Set.of("back"));
        assertEquals(
                1,
                log.text()
                        .lines()
                        .filter(line -> line.contains("billing is off"))
                        .count());
        assertEquals(Set.of("back"), runmesh.ledger().amounts().keySet());
    }

    @Test
    public void withTheGuardRequiredNobodySubmitsWhileTheAdapterIsAwayNorWithoutAGuard() throws Exception {
        PrincipalContext ben = billedWithGuardRequiring(shipped("required") + ", guard");
        Await.until("the guard is required", () -> isRequired("guard"));
        assertEquals(402, status(() -> hooks.checkSubmission(ben)));
        bundleNamed("id.lum.flowmesh").stop();
        try {
            assertEquals(503, status(() -> hooks.checkSubmission(ben)));
            assertEquals("also after the grace time", 503, status(() -> hooks.checkSubmission(ben)));
        } finally {
            bundleNamed("id.lum.flowmesh").start();
        }
        awaitBillingHooks("usage", "guard");
        assertEquals(402, status(() -> hooks.checkSubmission(ben)));
        bill(Map.of("balance.guard", "off"));
        awaitBillingHooks("usage");
        assertEquals(503, status(() -> hooks.checkSubmission(ben)));
        configure("id.lum.hooks.host~flowmesh", Map.of("required", shipped("required")));
        Await.until("the guard is not needed", () -> status(() -> hooks.checkSubmission(ben)) == 200);
    }

    @Test
    public void asShippedASubmissionPassesTheAbsentGuardAndIsRefusedByWhatIsRequired() throws Exception {
        PrincipalContext ben = billedWithGuardRequiring(shipped("required"));
        Await.until("usage is required", () -> isRequired("usage"));
        assertEquals(402, status(() -> hooks.checkSubmission(ben)));
        bundleNamed("id.lum.flowmesh").stop();
        try {
            assertEquals(200, status(() -> hooks.checkSubmission(ben)));
            assertEquals(503, status(() -> hooks.authenticate("ben-token")));
            assertEquals(503, status(() -> hooks.require(ben, ResourceKind.WORKFLOW, ResourceAction.WRITE)));
        } finally {
            bundleNamed("id.lum.flowmesh").start();
        }
        awaitBillingHooks("usage", "guard");
    }

    /** Ben cannot pay. */
    private PrincipalContext billedWithGuardRequiring(String required) throws Exception {
        runmesh.balance("ben@example.com", false, "0.00");
        bill(Map.of("balance.guard", "on"));
        awaitBillingHooks("usage", "guard");
        configure("id.lum.hooks.host~flowmesh", Map.of("required", required, "grace.ms", "100"));
        return hooks.authenticate("ben-token");
    }

    private boolean isRequired(String kind) {
        return hooks.hooks().stream().anyMatch(hook -> hook.kind().equals(kind) && hook.required());
    }

    private static Answer broke() {
        return Answer.json("{\"code\":200,\"data\":{\"sufficient\":false,\"balance\":\"0.00\"}}");
    }

    private String shipped(String property) throws Exception {
        Properties file = new Properties();
        try (Reader text = Files.newBufferedReader(etc().resolve("id.lum.hooks.host-flowmesh.cfg"))) {
            file.load(text);
        }
        return file.getProperty(property);
    }

    @Test
    public void everyCommitOfTheOutboxReachesTheDisk() throws Exception {
        bill(Map.of());
        awaitBillingHooks("usage");
        Await.until("it is open", () -> shell("flowmesh:outbox").contains("synchronous                   FULL"));
        bill(Map.of("journal.mode", "rollback"));
        Await.until("it is reopened", () -> shell("flowmesh:outbox").contains("synchronous                   EXTRA"));
        bill(Map.of(
                "outbox.db.path", database.resolveSibling("elsewhere.sqlite").toString()));
        Await.until("it is elsewhere", () -> shell("flowmesh:outbox").contains("elsewhere.sqlite"));
        assertTrue(shell("flowmesh:outbox").contains("synchronous                   FULL"));
        bundleNamed("id.lum.flowmesh").update();
        awaitBillingHooks("usage");
        Await.until("it is open again", () -> shell("flowmesh:outbox").contains("synchronous                   FULL"));
    }

    @Test
    public void whateverTheSettingsDoUnderLoadEveryAcknowledgedRowIsBilled() throws Exception {
        configure(
                "id.lum.hooks.host~flowmesh",
                Map.of("required", "identity, permission, registrar, usage", "grace.ms", "200"));
        hooks.authenticate("ann-token");
        try (FakeRunmesh other = FakeRunmesh.start(SECRET)) {
            bill(Map.of());
            awaitBillingHooks("usage");
            Emitters emitters = new Emitters();
            emitters.start();
            List<Map<String, String>> changes = List.of(
                    Map.of(".bridge.secret", "wrong"),
                    Map.of(),
                    Map.of("billing.base.url", other.url().toString()),
                    // Not an empty URL: that means that nothing is billed.
                    Map.of("journal.mode", "rollback"),
                    Map.of("outbox.retention.days", "3", "outbox.refusals", "5", "outbox.max.rows", "500000"),
                    Map.of("billing.base.url", "http://elsewhere.example"),
                    Map.of());
            for (Map<String, String> change : changes) {
                bill(change);
                emitters.flow();
                if (change.containsValue(other.url().toString())) {
                    Await.until(
                            "the other one bills",
                            () -> !other.ledger().entries().isEmpty());
                }
            }
            Set<String> acknowledged = emitters.stop();
            Await.until("every row is billed", () -> {
                Set<String> billed = new HashSet<>(runmesh.ledger().amounts().keySet());
                billed.addAll(other.ledger().amounts().keySet());
                return billed.containsAll(acknowledged);
            });
            assertTrue(acknowledged.size() > EMITTERS);
            for (FakeRunmesh ledger : List.of(runmesh, other)) {
                ledger.ledger().amounts().forEach((task, cost) -> assertEquals(task, costOf(task), cost));
                inOrder(ledger.ledger().tasksOf("ann"));
            }
            assertEquals(List.of(), runmesh.violations());
            assertEquals(List.of(), other.violations());
        }
    }

    @Test
    public void rowsThatRunmeshCouldNotTakeOutliveAnUpdateOfTheAdapterAndAreShownToTheOperator() throws Exception {
        LogFile log = LogFile.from(data().resolve("log").resolve("lumid.log"));
        bill(Map.of());
        awaitBillingHooks("usage");
        hooks.authenticate("ann-token");
        runmesh.task("bad").always(ScriptedResult.refusing(Answer.of(400, "{\"msg\":\"no such task\"}")));
        hooks.emit(List.of(row("ann", "bad", "3.00"), row("ann", "good", "4.00")));
        awaitLedger(Set.of("good"));
        runmesh.stop();
        hooks.emit(List.of(row("ann", "late", "5.00")));
        Await.until("the circuit is open", () -> shell("flowmesh:outbox").contains("open: Runmesh is asked again"));
        bundleNamed("id.lum.flowmesh").update();
        awaitBillingHooks("usage");
        // Which shows that the file is open again.
        Await.until("a row is taken", () -> status(() -> hooks.emit(List.of(row("ann", "later", "6.00")))) == 200);
        String letters = shell("flowmesh:deadletters");
        assertTrue(letters, letters.contains("task bad of ann, cost 3.00") && letters.contains("status 400"));
        String outbox = shell("flowmesh:outbox");
        assertTrue(outbox, outbox.contains("rows that wait                2"));
        runmesh.comeBack();
        awaitLedger(Set.of("good", "late", "later"));
        runmesh.task("bad").normal();
        assertEquals("there is no such dead letter", shell("flowmesh:retry 77"));
        assertEquals("1 to be delivered again", shell("flowmesh:retry all"));
        awaitLedger(Set.of("good", "late", "later", "bad"));
        assertEquals("no dead letter", shell("flowmesh:deadletters"));
        assertTrue(log.hasLine(System.getProperty("user.name") + " retried dead letter all"));
    }

    /** Each task has a price of its own, which no sum and no mix-up comes to. */
    private static String costOf(String task) {
        String[] parts = task.split("-");
        return parts[1] + "." + String.format("%06d", Integer.parseInt(parts[2])) + "0";
    }

    /** Of each emitter, which waits for one row before it emits the next. */
    private static void inOrder(List<String> tasks) {
        Map<String, Integer> last = new HashMap<>();
        for (String task : tasks) {
            String emitter = task.substring(0, task.lastIndexOf('-'));
            int number = Integer.parseInt(task.substring(task.lastIndexOf('-') + 1));
            assertTrue(task + " after " + last, number > last.getOrDefault(emitter, -1));
            last.put(emitter, number);
        }
    }

    private String shell(String command) throws Exception {
        return Shell.run(container, command).strip();
    }

    /** What {@code id.lum.flowmesh} is set to: billing at the Runmesh of the test, but for these properties. */
    private void bill(Map<String, String> but) throws Exception {
        set(FLOWMESH, billed(runmesh, SECRET, but));
    }

    private void awaitLedger(Set<String> tasks) throws Exception {
        Await.until(
                "the ledger holds " + tasks,
                () -> runmesh.ledger().amounts().keySet().containsAll(tasks));
    }

    /** Threads that emit rows of their own, again and again until each is taken, as a host does. */
    private final class Emitters {
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        void start() {
            for (int i = 0; i < EMITTERS; i++) {
                String name = "load-" + i + "-";
                threads.add(new Thread(() -> emit(name)));
            }
            threads.forEach(Thread::start);
        }

        private void emit(String name) {
            for (int i = 0; !over.get(); i++) {
                String task = name + i;
                boolean taken = false;
                while (!taken && !over.get()) {
                    taken = status(() -> hooks.emit(List.of(row("ann", task, costOf(task))))) == 200;
                }
                if (taken) {
                    acknowledged.add(task);
                }
            }
        }

        /** Returns when some more rows were taken. */
        void flow() throws Exception {
            int target = acknowledged.size() + 5 * EMITTERS;
            Await.until("rows are taken", () -> acknowledged.size() >= target);
        }

        Set<String> stop() throws Exception {
            over.set(true);
            for (Thread thread : threads) {
                thread.join(Await.BOUND.toMillis());
                assertFalse(thread.isAlive());
            }
            return acknowledged;
        }
    }
}
