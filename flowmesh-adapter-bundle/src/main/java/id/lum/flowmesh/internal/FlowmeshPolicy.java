package id.lum.flowmesh.internal;

import static id.lum.core.policy.ActionRule.action;
import static id.lum.core.policy.ActionRule.adminOnly;
import static id.lum.core.policy.KindRule.kind;

import id.lum.core.grants.GrantLevel;
import id.lum.core.policy.PermissionPolicy;
import java.util.List;
import java.util.Set;

/** Who may do what in FlowMesh. The page docs/operate/scopes.md shows this table. */
final class FlowmeshPolicy {
    static final PermissionPolicy TABLE = PermissionPolicy.of(
            Set.of("*", "flowmesh:*", "flowmesh:admin"),
            List.of(
                    action("read", GrantLevel.READ),
                    action("write", GrantLevel.WRITE),
                    action("cancel", GrantLevel.WRITE),
                    adminOnly("admin")),
            List.of(
                    kind("workflow").read("flowmesh:workflows:read").write("flowmesh:workflows:write"),
                    kind("task").read("flowmesh:tasks:read"),
                    // A result is checked with the id of its task: the grants on the task count.
                    kind("result")
                            .read("flowmesh:results:read")
                            .write("flowmesh:results:write")
                            .inheritsGrantsOf("task"),
                    kind("node").read("flowmesh:nodes:read").write("flowmesh:nodes:write"),
                    kind("worker").read("flowmesh:workers:read").write("flowmesh:workers:write"),
                    kind("system").read("flowmesh:system:read")));

    private FlowmeshPolicy() {}
}
