package id.lum.tour.internal;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import java.util.TreeSet;

/** What FlowMesh asks about what is there, answered by a status or by ids. */
final class Questions {
    private final FlowmeshHooks hooks;

    Questions(FlowmeshHooks hooks) {
        this.hooks = hooks;
    }

    String reads(PrincipalContext principal, String workflow) {
        return may(principal, ResourceKind.WORKFLOW, workflow, ResourceAction.READ);
    }

    String writes(PrincipalContext principal, String workflow) {
        return may(principal, ResourceKind.WORKFLOW, workflow, ResourceAction.WRITE);
    }

    String readsResult(PrincipalContext principal, String task) {
        return may(principal, ResourceKind.RESULT, task, ResourceAction.READ);
    }

    String lists(PrincipalContext principal) {
        return Answers.of(() -> hooks.accessibleIds(principal, ResourceKind.WORKFLOW, ResourceAction.READ)
                .ids()
                .map(ids -> new TreeSet<>(ids).toString())
                .orElse("every workflow"));
    }

    private String may(PrincipalContext principal, ResourceKind kind, String id, ResourceAction action) {
        return String.valueOf(Answers.status(() -> hooks.require(principal, kind, id, action)));
    }
}
