package id.lum.tour.internal;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.lumilake.LumilakeHooks;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import id.lum.hooks.lumilake.UsageRow;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;

/** A job server asks its hooks, and the demo plugin answers: from the token to the plan. */
final class LumilakeStory {
    private static final String USER_TOKEN = "demo-user-token";
    private static final String ADMIN_TOKEN = "demo-admin-token";

    private final Narrator narrator;
    private final LumilakeHooks hooks;
    private final DemoSettings settings;
    private final Console console;

    LumilakeStory(Stage stage) {
        this.narrator = stage.narrator();
        this.hooks = stage.lumilake();
        this.settings = stage.demo();
        this.console = stage.console();
    }

    void tell() {
        authenticate();
        submit();
        pay();
        plan();
    }

    private void authenticate() {
        narrator.scene("Lumilake is answered by the demo plugin. Who is calling?");
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
        narrator.scene("May bob submit a job now?");
        PrincipalContext bob = hooks.authenticate(USER_TOKEN);
        Supplier<String> question =
                () -> Answers.of(() -> hooks.checkSubmission(bob)).split(" ")[0];
        narrator.expect("bob submits", "yes", question);
        narrator.say("An operator sets blocked.principals = bob in id.lum.demo, while everything runs.");
        settings.whileBlocked("bob", () -> narrator.check("bob submits", "403", Patience.eventually("403", question)));
        narrator.say("The operator takes that back.");
        narrator.check("bob submits", "yes", Patience.eventually("yes", question));
    }

    private void pay() {
        narrator.scene("What was done?");
        List<UsageRow> rows = List.of(row("job-1"), row("job-2"));
        narrator.expect(
                "two jobs of bob's ended, and their usage is emitted", "yes", () -> Answers.of(() -> hooks.emit(rows)));
        List<String> ledger = console.run("demo:ledger lumilake");
        ledger.forEach(narrator::say);
        narrator.check("The ledger's last line", "2 rows, total cost 0", ledger.get(ledger.size() - 1));
    }

    private static UsageRow row(String job) {
        Instant now = Instant.now();
        return new UsageRow(
                "demo",
                "bob",
                job,
                "DONE",
                now,
                Optional.of(now),
                Optional.of(now),
                OptionalDouble.empty(),
                List.of(),
                now);
    }

    private void plan() {
        narrator.scene("Lumilake has a graph planned: load, then clean and join, then report.");
        narrator.expect(
                "Optimizers on offer", "[simple]", () -> hooks.optimizers().toString());
        narrator.expect(
                "Optimizer Simple plans it for workers gpu-1 and gpu-2",
                "{gpu-1=[load, join], gpu-2=[clean, report]}",
                () -> Answers.of(() -> hooks.optimizer("Simple")
                        .schedule(request(), USER_TOKEN)
                        .workerAssignment()));
        narrator.expect(
                "Optimizer best is asked for",
                "400 Unknown optimizer best; on offer: simple.",
                () -> Answers.of(() -> hooks.optimizer("best")));
    }

    private static ScheduleRequest request() {
        Map<String, Set<String>> dependencies = new LinkedHashMap<>();
        dependencies.put("load", Set.of());
        dependencies.put("clean", Set.of("load"));
        dependencies.put("join", Set.of("load"));
        dependencies.put("report", Set.of("clean", "join"));
        return new ScheduleRequest(
                new TaskGraph(dependencies, Map.of()), List.of("gpu-1", "gpu-2"), Map.of(), Optional.empty());
    }
}
