package id.lum.tour.internal;

import static id.lum.tour.internal.PlayedLumid.ALICE;
import static id.lum.tour.internal.PlayedLumid.BOB;
import static id.lum.tour.internal.PlayedLumid.CAROL;
import static id.lum.tour.internal.PlayedLumid.DORA;

import id.lum.core.grants.GrantLevel;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import id.lum.hooks.flowmesh.Worker;
import id.lum.hooks.host.HookStatus;
import id.lum.traffic.LumidScript.Account;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A workflow server asks its hooks, and lum.id decides: from the token to the machine. */
final class FlowmeshStory {
    private static final ResourceRef WORKFLOW = ResourceRef.of(ResourceKind.WORKFLOW.id(), "wf-1");
    private static final ResourceRef TASK = ResourceRef.of(ResourceKind.TASK.id(), "task-1");

    private final Stage stage;
    private final Narrator narrator;
    private final FlowmeshHooks hooks;
    private final Questions ask;

    FlowmeshStory(Stage stage) {
        this.stage = stage;
        this.narrator = stage.narrator();
        this.hooks = stage.flowmesh();
        this.ask = new Questions(hooks);
    }

    void tell() {
        present();
        authenticate();
        create();
        own();
        share();
        supply();
    }

    private void present() {
        narrator.scene(
                "FlowMesh starts. lum.id decides for it, and Runmesh bills; its composed view knows these hooks:");
        String kinds = "[guard, identity, permission, registrar, supplier, usage]";
        String present = Patience.eventually(kinds, this::kindsPresent);
        stage.console().run("hooks:list flowmesh").forEach(narrator::say);
        narrator.check("Kinds that are there", kinds, present);
        stage.lumid().putInPlace(hooks, narrator);
    }

    private String kindsPresent() {
        return hooks.hooks().stream()
                .filter(hook -> hook.state() == HookStatus.State.PRESENT)
                .map(HookStatus::kind)
                .collect(Collectors.toCollection(TreeSet::new))
                .toString();
    }

    private void authenticate() {
        String bob = "bob of lumid, scopes [flowmesh:workflows:read, flowmesh:workflows:write]";
        narrator.scene("Who is calling? lum.id is asked about each token.");
        narrator.expect("bob's token", bob, () -> caller(BOB));
        narrator.expect("alice's token", "alice of lumid, scopes [flowmesh:admin]", () -> caller(ALICE));
        narrator.expect(
                "a token that lum.id does not know",
                "401 No identity provider accepted the token",
                () -> Answers.of(() -> hooks.authenticate("nobody's").principalId()));
        narrator.say("lum.id goes away.");
        stage.lumid().goAway();
        narrator.expect("bob's token, whose answer is in the cache", bob, () -> caller(BOB));
        narrator.expect(
                "carol's token, of which nothing is known", "503 Identity provider unavailable", () -> caller(CAROL));
        narrator.say("It comes back.");
        stage.lumid().comeBack();
        narrator.expect("carol's token", "carol of lumid, scopes [flowmesh:workflows:read]", () -> caller(CAROL));
    }

    private String caller(Account account) {
        return Answers.of(() -> {
            PrincipalContext principal = hooks.authenticate(account.token());
            return principal.principalId() + " of " + principal.orgId() + ", scopes " + principal.scopes();
        });
    }

    private void create() {
        narrator.scene("Who may create? The scopes of the token decide.");
        PrincipalContext bob = principal(BOB);
        narrator.expect("bob creates workflows", "yes", () -> whole(bob, "workflow", "write"));
        narrator.expect(
                "carol creates workflows",
                "403 write on any workflow requires scope flowmesh:workflows:write",
                () -> whole(principal(CAROL), "workflow", "write"));
        narrator.expect("bob creates tasks", "403 write on any task is admin-only", () -> whole(bob, "task", "write"));
        narrator.expect("bob creates a galaxy", "403 unsupported kind galaxy", () -> whole(bob, "galaxy", "write"));
        narrator.expect("alice creates tasks", "yes", () -> whole(principal(ALICE), "task", "write"));
    }

    private String whole(PrincipalContext principal, String kind, String action) {
        return Answers.of(() -> hooks.require(principal, ResourceRef.kindLevel(kind), action));
    }

    private void own() {
        narrator.scene("Who owns a workflow? Grants decide, and no scope opens what is somebody else's.");
        PrincipalContext bob = principal(BOB);
        PrincipalContext carol = principal(CAROL);
        PrincipalContext alice = principal(ALICE);
        registered(bob, WORKFLOW);
        registered(bob, ResourceRef.of(ResourceKind.WORKFLOW.id(), "wf-2"));
        registered(bob, TASK);
        narrator.expect("bob, its owner, reads wf-1", "200", () -> ask.reads(bob, "wf-1"));
        narrator.expect("carol, a stranger, reads wf-1", "403", () -> ask.reads(carol, "wf-1"));
        narrator.expect("alice, an admin, reads wf-1", "200", () -> ask.reads(alice, "wf-1"));
        narrator.expect(
                "bob administers wf-1",
                "403 admin on workflow wf-1 is admin-only",
                () -> Answers.of(() -> hooks.require(bob, ResourceKind.WORKFLOW, "wf-1", ResourceAction.ADMIN)));
        narrator.expect("bob lists his workflows", "[wf-1, wf-2]", () -> ask.lists(bob));
        narrator.expect("carol lists hers", "[]", () -> ask.lists(carol));
        narrator.expect("alice lists", "every workflow", () -> ask.lists(alice));
        narrator.expect("bob, who owns task-1, reads its result", "200", () -> ask.readsResult(bob, "task-1"));
        narrator.expect("carol, who does not, reads it", "403", () -> ask.readsResult(carol, "task-1"));
    }

    private void registered(PrincipalContext owner, ResourceRef resource) {
        narrator.expect(
                resource.id().orElseThrow() + " is persisted and registered for " + owner.principalId(),
                "yes",
                () -> Answers.of(() -> hooks.register(owner, resource)));
    }

    private void share() {
        narrator.scene("bob shares wf-1 with dora, a colleague, to read.");
        PrincipalContext dora = principal(DORA);
        narrator.expect("dora reads wf-1 before", "403", () -> ask.reads(dora, "wf-1"));
        narrator.expect(
                "READ is granted to dora",
                "yes",
                () -> Answers.of(() -> stage.sharing().share(WORKFLOW, "dora", GrantLevel.READ)));
        narrator.expect("dora reads wf-1", "200", () -> ask.reads(dora, "wf-1"));
        narrator.expect("dora writes wf-1", "403", () -> ask.writes(dora, "wf-1"));
        narrator.say("An operator asks why, with lumid:explain.");
        narrator.expect(
                "dora reads wf-1", "allowed, GRANT: READ grant on workflow wf-1", () -> explained(dora, "read"));
        narrator.expect(
                "dora writes wf-1",
                "denied, NO_GRANT: write on workflow wf-1 needs a WRITE grant, which dora does not hold",
                () -> explained(dora, "write"));
    }

    private String explained(PrincipalContext principal, String action) {
        return String.join(
                "\n",
                stage.console().run("lumid:explain flowmesh $p " + action + " workflow wf-1", Map.of("p", principal)));
    }

    private void supply() {
        narrator.scene("Who supplied the machine?");
        narrator.expect("worker w-1 runs in namespace acme", "acme", () -> supplier("acme"));
        narrator.expect("worker w-1 runs in no namespace", "nobody", () -> supplier(""));
    }

    private String supplier(String namespace) {
        Worker worker = new Worker("w-1", "node-1", namespace, "", List.of(), Map.of());
        return Answers.of(() -> Optional.of(hooks.supplierOf(worker))
                .filter(supplier -> !supplier.isEmpty())
                .orElse("nobody"));
    }

    private PrincipalContext principal(Account account) {
        return hooks.authenticate(account.token());
    }
}
