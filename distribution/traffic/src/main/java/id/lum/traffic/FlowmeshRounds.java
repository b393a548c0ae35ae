package id.lum.traffic;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import id.lum.hooks.flowmesh.Worker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * One caller of FlowMesh by lum.id. Every round asks by each rule of the policy; one workflow is registered in the
 * first round and stays, and one lives for a round.
 */
final class FlowmeshRounds implements Runnable {
    private static final ResourceKind WORKFLOW = ResourceKind.WORKFLOW;
    private static final Worker WORKER = new Worker("traffic-worker", "", "acme", "", List.of(), Map.of());

    private final FlowmeshHooks hooks;
    private final FlowmeshScript script;
    private final Judge judge;
    private final Supplier<String> ids;
    private Optional<String> kept = Optional.empty();

    /** @param ids of resources, each of them once */
    FlowmeshRounds(FlowmeshHooks hooks, FlowmeshScript script, Judge judge, Supplier<String> ids) {
        this.hooks = hooks;
        this.script = script;
        this.judge = judge;
        this.ids = ids;
    }

    @Override
    public void run() {
        Optional<PrincipalContext> owner = authenticated(script.owner());
        Optional<PrincipalContext> reader = authenticated(script.reader());
        Optional<PrincipalContext> admin = authenticated(script.admin());
        denied(Denial.UNKNOWN_TOKEN, "a token nobody issued", () -> hooks.authenticate("traffic-nobody"));
        denied(Denial.UNKNOWN_TOKEN, "an empty token", () -> hooks.authenticate(""));
        if (owner.isPresent() && reader.isPresent() && admin.isPresent()) {
            create(owner.get(), reader.get());
            keep(owner.get(), reader.get(), admin.get());
            use(owner.get());
        }
    }

    private Optional<PrincipalContext> authenticated(FlowmeshScript.Account account) {
        AtomicReference<Optional<PrincipalContext>> known = new AtomicReference<>(Optional.empty());
        judge.expectAllowed(
                account + " is authenticated", () -> known.set(Optional.of(hooks.authenticate(account.token()))));
        Optional<PrincipalContext> right =
                known.get().filter(principal -> principal.principalId().equals(account.principalId()));
        if (known.get().isPresent() && right.isEmpty()) {
            judge.wrong(account + " is taken for " + known.get().get().principalId());
        }
        return right;
    }

    private void create(PrincipalContext owner, PrincipalContext reader) {
        judge.expectAllowed("the owner submits", () -> hooks.checkSubmission(owner));
        judge.expectAllowed("the owner creates", () -> hooks.require(owner, WORKFLOW, ResourceAction.WRITE));
        denied(
                Denial.SCOPE_REQUIRED,
                "the reader creates",
                () -> hooks.require(reader, WORKFLOW, ResourceAction.WRITE));
        denied(
                Denial.ADMIN_ONLY,
                "the owner creates tasks",
                () -> hooks.require(owner, ResourceKind.TASK, ResourceAction.WRITE));
        denied(
                Denial.UNSUPPORTED,
                "the owner creates what there is not",
                () -> hooks.require(owner, ResourceRef.kindLevel("traffic"), "write"));
    }

    /** What was registered once, before any swap, is the owner's in every round. */
    private void keep(PrincipalContext owner, PrincipalContext reader, PrincipalContext admin) {
        String id = kept.orElseGet(ids);
        if (kept.isEmpty()) {
            judge.expectAllowed("the owner registers", () -> hooks.register(owner, ResourceRef.of("workflow", id)));
            kept = Optional.of(id);
        }
        judge.expectAllowed("the owner reads", () -> hooks.require(owner, WORKFLOW, id, ResourceAction.READ));
        judge.expectAllowed("the owner lists", () -> requireListed(owner, id));
        denied(
                Denial.ADMIN_ONLY,
                "the owner administers",
                () -> hooks.require(owner, WORKFLOW, id, ResourceAction.ADMIN));
        denied(
                Denial.UNSUPPORTED,
                "the owner does what there is not",
                () -> hooks.require(owner, ResourceRef.of("workflow", id), "traffic"));
        denied(Denial.NO_GRANT, "the reader reads", () -> hooks.require(reader, WORKFLOW, id, ResourceAction.READ));
        denied(Denial.NO_GRANT, "the reader lists", () -> requireListed(reader, id));
        judge.expectAllowed("the admin administers", () -> hooks.require(admin, WORKFLOW, id, ResourceAction.ADMIN));
        judge.expectAllowed("a worker is supplied", () -> {
            if (!hooks.supplierOf(WORKER).equals("acme")) {
                judge.wrong("another supplier");
            }
        });
    }

    private void use(PrincipalContext owner) {
        String id = ids.get();
        ResourceRef resource = ResourceRef.of("workflow", id);
        judge.expectAllowed("the owner registers", () -> hooks.register(owner, resource));
        judge.expectAllowed("the owner cancels", () -> hooks.require(owner, WORKFLOW, id, ResourceAction.CANCEL));
        judge.expectAllowed("the owner deregisters", () -> hooks.deregister(owner, resource));
        denied(
                Denial.NO_GRANT,
                "the owner reads what is gone",
                () -> hooks.require(owner, WORKFLOW, id, ResourceAction.READ));
    }

    private void denied(Denial rule, String what, Runnable question) {
        judge.expectDenied(rule, what, question);
    }

    private void requireListed(PrincipalContext principal, String id) {
        if (!hooks.accessibleIds(principal, WORKFLOW, ResourceAction.READ).contains(id)) {
            throw HookRejection.forbidden("No grant lists it.");
        }
    }
}
