package id.lum.tour.internal;

import static id.lum.tour.internal.PlayedLumid.ALICE;
import static id.lum.tour.internal.PlayedLumid.CAROL;
import static id.lum.tour.internal.PlayedLumid.ERIN;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.lumilake.LumilakeHooks;
import id.lum.hooks.lumilake.ResourceAction;
import id.lum.hooks.lumilake.ResourceKind;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import id.lum.traffic.LumidScript.Account;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A job server asks its hooks, and lum.id decides for it too: from the token to the plan. */
final class LumilakeStory {
    private static final List<String> WORKERS = List.of("gpu-1", "gpu-2");

    private final Narrator narrator;
    private final LumilakeHooks hooks;
    private final PlayedLumid lumid;
    private final PlayedOptimizer optimizer;

    LumilakeStory(Stage stage) {
        this.narrator = stage.narrator();
        this.hooks = stage.lumilake();
        this.lumid = stage.lumid();
        this.optimizer = stage.optimizer();
    }

    void tell() {
        authenticate();
        create();
        own();
        plan();
    }

    private void authenticate() {
        narrator.scene("Lumilake is in the same container, with a policy and grants of its own. Who is calling?");
        int asked = lumid.requests();
        narrator.expect("alice's token, which FlowMesh has seen", "alice", () -> caller(ALICE));
        narrator.check("Questions to lum.id about it", "0", String.valueOf(lumid.requests() - asked));
        narrator.expect("erin's token, which nobody has seen", "erin", () -> caller(ERIN));
        narrator.check("Questions to lum.id about it", "1", String.valueOf(lumid.requests() - asked));
    }

    private String caller(Account account) {
        return Answers.of(() -> hooks.authenticate(account.token()).principalId());
    }

    private void create() {
        narrator.scene("Who may do what to jobs as a whole?");
        narrator.expect("erin creates jobs", "yes", () -> whole(ERIN, ResourceAction.WRITE));
        narrator.expect(
                "erin cancels jobs",
                "403 cancel on any job requires scope lumilake:jobs:cancel",
                () -> whole(ERIN, ResourceAction.CANCEL));
        narrator.expect(
                "carol, known to FlowMesh alone, creates jobs",
                "403 write on any job requires scope lumilake:jobs:write",
                () -> whole(CAROL, ResourceAction.WRITE));
        narrator.expect("alice, an admin of FlowMesh, cancels jobs", "yes", () -> whole(ALICE, ResourceAction.CANCEL));
    }

    private String whole(Account account, ResourceAction action) {
        PrincipalContext principal = hooks.authenticate(account.token());
        return Answers.of(() -> hooks.require(principal, ResourceKind.JOB, action));
    }

    private void own() {
        narrator.scene("Who owns a job?");
        PrincipalContext erin = hooks.authenticate(ERIN.token());
        PrincipalContext carol = hooks.authenticate(CAROL.token());
        narrator.expect(
                "job-1 is persisted and registered for erin",
                "yes",
                () -> Answers.of(() -> hooks.register(erin, ResourceRef.of(ResourceKind.JOB.id(), "job-1"))));
        narrator.expect("erin, its owner, cancels job-1", "200", () -> cancels(erin));
        narrator.expect("carol, a stranger, cancels it", "403", () -> cancels(carol));
    }

    private String cancels(PrincipalContext principal) {
        return String.valueOf(
                Answers.status(() -> hooks.require(principal, ResourceKind.JOB, "job-1", ResourceAction.CANCEL)));
    }

    private void plan() {
        narrator.scene("Lumilake has a graph planned: load, then clean and join, then report.");
        narrator.expect("Optimizers on offer", "[]", this::offered);
        narrator.say("An operator sets optimizer.url in id.lum.lumilake to a server on this machine.");
        optimizer.putInPlace();
        String both = "[balanced, cheapest]";
        narrator.check("Optimizers on offer", both, Patience.eventually(both, this::offered));
        narrator.expect(
                "Optimizer Balanced plans it for erin, for workers gpu-1 and gpu-2",
                "{gpu-1=[load, join], gpu-2=[clean, report]}",
                () -> planned("Balanced"));
        narrator.expect(
                "Whose token the optimizer was sent with the job",
                "erin",
                () -> optimizer.tokensOfJobs(List.of(ALICE, CAROL, ERIN)));
        narrator.expect(
                "Optimizer best is asked for",
                "400 Unknown optimizer best; on offer: balanced, cheapest.",
                () -> planned("best"));
        narrator.say("The operator takes that back.");
        optimizer.takeAway();
        narrator.check("Optimizers on offer", "[]", Patience.eventually("[]", this::offered));
    }

    private String offered() {
        return Answers.of(() -> hooks.optimizers().stream().sorted().toList());
    }

    private String planned(String name) {
        return Answers.of(
                () -> hooks.optimizer(name).schedule(request(), ERIN.token()).workerAssignment());
    }

    private static ScheduleRequest request() {
        Map<String, Set<String>> dependencies = new LinkedHashMap<>();
        dependencies.put("load", Set.of());
        dependencies.put("clean", Set.of("load"));
        dependencies.put("join", Set.of("load"));
        dependencies.put("report", Set.of("clean", "join"));
        Map<String, Object> document = Map.of("nodes", List.copyOf(dependencies.keySet()));
        return new ScheduleRequest(new TaskGraph(dependencies, document), WORKERS, Map.of(), Optional.empty());
    }
}
