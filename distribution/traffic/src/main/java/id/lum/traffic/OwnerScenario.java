package id.lum.traffic;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HostHooks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One caller of a plugin of which a {@link CallScript} tells: a round is the life of a resource. */
final class OwnerScenario implements Runnable {
    private final HostHooks<?> hooks;
    private final CallScript script;
    private final AnswerChecker judge;
    private final Supplier<String> ids;
    private final PrincipalContext stranger = new PrincipalContext("traffic-stranger", "", "", "user", List.of("user"));
    private final PrincipalContext scopeless = new PrincipalContext("traffic-scopeless", "", "", "user", List.of());

    /** @param ids of resources, each of them once */
    OwnerScenario(HostHooks<?> hooks, CallScript script, AnswerChecker judge, Supplier<String> ids) {
        this.hooks = hooks;
        this.script = script;
        this.judge = judge;
        this.ids = ids;
    }

    @Override
    public void run() {
        List<PrincipalContext> known = new ArrayList<>();
        judge.expectAllowed("the owner is authenticated", () -> known.add(hooks.authenticate(script.ownerToken())));
        judge.expectAllowed("the admin is authenticated", () -> known.add(hooks.authenticate(script.adminToken())));
        judge.expectDenied(401, "a token nobody issued is authenticated", () -> hooks.authenticate("traffic-nobody"));
        judge.expectDenied(401, "an empty token is authenticated", () -> hooks.authenticate(""));
        if (known.size() == 2) {
            own(known.get(0), known.get(1));
        }
    }

    private void own(PrincipalContext owner, PrincipalContext admin) {
        ResourceRef resource = ResourceRef.of(script.kind(), ids.get());
        judge.expectAllowed("the owner submits", () -> hooks.checkSubmission(owner));
        int before = judge.swaps();
        boolean registered = judge.expectAllowed("the owner registers", () -> hooks.register(owner, resource));
        AnswerChecker.Answer reads = judge.ask(() -> hooks.require(owner, resource, "read"));
        AnswerChecker.Answer lists = judge.ask(() -> requireListed(owner, resource));
        boolean mayBeForgotten = script.forgetsOwners() && (before % 2 != 0 || before != judge.swaps());
        boolean mayBeDenied = !registered || mayBeForgotten;
        judge.judge(AnswerChecker.ALLOWED, reads, mayBeDenied, "the owner reads");
        judge.judge(AnswerChecker.ALLOWED, lists, mayBeDenied, "the owner lists");
        judge.expectDenied(403, "a stranger reads", () -> hooks.require(stranger, resource, "read"));
        judge.expectDenied(403, "a stranger lists", () -> requireListed(stranger, resource));
        judge.expectDenied(
                403,
                "somebody without a scope creates",
                () -> hooks.require(scopeless, ResourceRef.kindLevel(script.kind()), "write"));
        judge.expectAllowed("the admin reads", () -> hooks.require(admin, resource, "read"));
        boolean gone = judge.expectAllowed("the owner deregisters", () -> hooks.deregister(owner, resource));
        AnswerChecker.Answer after = judge.ask(() -> hooks.require(owner, resource, "read"));
        // One that failed may have been made or not, and then both answers are right.
        judge.judge(gone ? 403 : AnswerChecker.ALLOWED, after, !gone, "the owner reads what is gone");
    }

    private void requireListed(PrincipalContext principal, ResourceRef resource) {
        if (!hooks.accessibleIds(principal, resource.kind(), "read")
                .contains(resource.id().orElseThrow())) {
            throw HookRejection.forbidden(Refusal.NO_GRANT, "Not listed.");
        }
    }
}
