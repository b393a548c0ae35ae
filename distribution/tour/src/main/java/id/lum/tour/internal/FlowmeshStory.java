package id.lum.tour.internal;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.hooks.flowmesh.Worker;
import id.lum.hooks.host.HookStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A workflow server asks its hooks, from the token to the bill. */
final class FlowmeshStory {
    static final String USER_TOKEN = "demo-user-token";
    static final String ADMIN_TOKEN = "demo-admin-token";
    static final PrincipalContext CAROL = new PrincipalContext("carol", "demo", "carol", "user", List.of("user"));

    /** How long a change of configuration may take to arrive. */
    private static final Duration CHANGE = Duration.ofSeconds(10);

    private final FlowmeshHooks hooks;
    private final Narrator narrator;
    private final DemoSettings settings;
    private final Console console;

    FlowmeshStory(FlowmeshHooks hooks, Narrator narrator, DemoSettings settings, Console console) {
        this.hooks = hooks;
        this.narrator = narrator;
        this.settings = settings;
        this.console = console;
    }

    void tell() {
        present();
        authenticate();
        submit();
        own();
        pay();
        supply();
    }

    private void present() {
        narrator.chapter("FlowMesh starts. Its composed view knows these hooks:");
        String missed = eventually("0", this::missed);
        console.run("hooks:list flowmesh").forEach(narrator::say);
        narrator.check("How many of them are missed?", "0", missed);
    }

    private String missed() {
        return String.valueOf(hooks.hooks().stream()
                .filter(hook -> hook.state() == HookStatus.State.MISSED)
                .count());
    }

    private void authenticate() {
        narrator.chapter("Who is calling?");
        narrator.expect("demo-user-token", "bob of demo, scopes [user]", () -> caller(USER_TOKEN));
        narrator.expect("demo-admin-token", "alice of demo, scopes [admin]", () -> caller(ADMIN_TOKEN));
        narrator.expect(
                "a token nobody issued", "401 No identity provider accepted the token", () -> caller("nonsense"));
    }

    private String caller(String token) {
        return Answers.of(() -> {
            PrincipalContext principal = hooks.authenticate(token);
            return principal.principalId() + " of " + principal.orgId() + ", scopes " + principal.scopes();
        });
    }

    private void submit() {
        narrator.chapter("May bob submit a workflow now?");
        PrincipalContext bob = hooks.authenticate(USER_TOKEN);
        Supplier<String> question =
                () -> Answers.of(() -> hooks.checkSubmission(bob)).split(" ")[0];
        narrator.expect("bob submits", "yes", question);
        narrator.say("An operator sets blocked.principals = bob in id.lum.demo, while everything runs.");
        settings.whileBlocked("bob", () -> narrator.check("bob submits", "403", eventually("403", question)));
        narrator.say("The operator takes that back.");
        narrator.check("bob submits", "yes", eventually("yes", question));
    }

    private void own() {
        narrator.chapter("Who owns a workflow?");
        PrincipalContext bob = hooks.authenticate(USER_TOKEN);
        PrincipalContext alice = hooks.authenticate(ADMIN_TOKEN);
        narrator.expect(
                "bob may create workflows",
                "yes",
                () -> Answers.of(() -> hooks.require(bob, ResourceKind.WORKFLOW, ResourceAction.WRITE)));
        narrator.expect(
                "wf-1 is persisted and registered for bob",
                "yes",
                () -> Answers.of(() -> hooks.register(bob, ResourceRef.of(ResourceKind.WORKFLOW.word(), "wf-1"))));
        narrator.expect("bob, its owner, reads wf-1", "200", () -> reads(bob));
        narrator.expect("carol, a stranger, reads wf-1", "403", () -> reads(CAROL));
        narrator.expect("alice, an admin, reads wf-1", "200", () -> reads(alice));
        narrator.expect("bob lists his workflows", "[wf-1]", () -> lists(bob));
        narrator.expect("carol lists hers", "[]", () -> lists(CAROL));
        narrator.expect("alice lists", "every workflow", () -> lists(alice));
    }

    private String reads(PrincipalContext principal) {
        return String.valueOf(
                Answers.status(() -> hooks.require(principal, ResourceKind.WORKFLOW, "wf-1", ResourceAction.READ)));
    }

    private String lists(PrincipalContext principal) {
        return Answers.of(() -> hooks.accessibleIds(principal, ResourceKind.WORKFLOW, ResourceAction.READ)
                .ids()
                .map(ids -> new TreeSet<>(ids).toString())
                .orElse("every workflow"));
    }

    private void pay() {
        narrator.chapter("What did it cost?");
        List<UsageRow> rows = List.of(row("task-1", "1.25"), row("task-2", "0.50"));
        narrator.expect(
                "two tasks of bob's ended, and their usage is emitted",
                "yes",
                () -> Answers.of(() -> hooks.emit(rows)));
        List<String> ledger = console.run("demo:ledger flowmesh");
        ledger.forEach(narrator::say);
        narrator.check("The ledger's last line", "2 rows, total cost 1.75", ledger.get(ledger.size() - 1));
    }

    private static UsageRow row(String task, String cost) {
        return new UsageRow("demo", "bob", Optional.empty(), Instant.now(), new BigDecimal(cost), task, 90, 50, "DONE");
    }

    private void supply() {
        narrator.chapter("Who supplied the machine?");
        narrator.expect("worker w-1 runs in namespace acme", "acme", () -> supplier("acme"));
        narrator.expect("worker w-1 runs in no namespace", "nobody", () -> supplier(""));
    }

    private String supplier(String namespace) {
        Worker worker = new Worker("w-1", "node-1", namespace, "", List.of(), Map.of());
        return Answers.of(() -> Optional.of(hooks.supplierOf(worker))
                .filter(supplier -> !supplier.isEmpty())
                .orElse("nobody"));
    }

    /** The last answer, once it is the one hoped for or the time is up. */
    private static String eventually(String hoped, Supplier<String> question) {
        long end = System.nanoTime() + CHANGE.toNanos();
        String answer = question.get();
        while (!answer.equals(hoped) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            answer = question.get();
        }
        return answer;
    }
}
