package id.lum.lumilake.internal;

import static id.lum.core.policy.ActionRule.action;
import static id.lum.core.policy.ActionRule.adminOnly;
import static id.lum.core.policy.KindRule.kind;

import id.lum.core.grants.GrantLevel;
import id.lum.core.policy.PermissionPolicy;
import java.util.List;
import java.util.Set;

/** Who may do what in Lumilake. The page docs/operate/scopes.md shows this table. */
final class LumilakePolicy {
    static final PermissionPolicy TABLE = PermissionPolicy.of(
            // FlowMesh's administrators are Lumilake's, too; who holds all of FlowMesh's scopes is none.
            Set.of("*", "lumilake:*", "lumilake:admin", "flowmesh:admin"),
            List.of(
                    action("read", GrantLevel.READ),
                    action("write", GrantLevel.WRITE),
                    action("cancel", GrantLevel.WRITE),
                    adminOnly("admin")),
            List.of(
                    kind("job")
                            .read("lumilake:jobs:read")
                            .write("lumilake:jobs:write")
                            .cancel("lumilake:jobs:cancel"),
                    kind("artifact"),
                    kind("trace"),
                    kind("table"),
                    kind("object-prefix"),
                    kind("worker").read("lumilake:workers:read"),
                    kind("system")));

    private LumilakePolicy() {}
}
