package id.lum.hooks.flowmesh;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.ForwardingHostHooks;
import id.lum.hooks.host.HookKind;
import id.lum.hooks.host.HostHooks;

/**
 * The view of the host {@code flowmesh} in FlowMesh's own types, with FlowMesh's own kind of hook, the supplier.
 *
 * <pre>{@code
 * @Activate
 * public Server(@Reference(target = "(hook.host=flowmesh)") HostHooks<UsageRow> hooks) {
 *     this.hooks = new FlowmeshHooks(hooks);
 * }
 * }</pre>
 *
 * <p>Results belong to tasks: every question about a {@link ResourceKind#RESULT} is asked with the id of the owning
 * task.
 */
public final class FlowmeshHooks extends ForwardingHostHooks<UsageRow> {
    private static final HookKind<SupplierResolver> SUPPLIER = new HookKind<>("supplier", SupplierResolver.class);

    /**
     * Wraps a view.
     *
     * @param hooks the view of the host {@code flowmesh}
     */
    public FlowmeshHooks(HostHooks<UsageRow> hooks) {
        super(hooks);
    }

    /**
     * {@link HostHooks#require(PrincipalContext, ResourceRef, String)} for one resource.
     *
     * @param principal who is asking
     * @param kind the kind of resource
     * @param id which one; for a result, the id of its task
     * @param action what is to be done
     * @throws id.lum.hooks.HookRejection if the principal may not, or with 503 if that cannot be told now
     */
    public void require(PrincipalContext principal, ResourceKind kind, String id, ResourceAction action) {
        require(principal, ResourceRef.of(kind.id(), id), action.id());
    }

    /**
     * {@link HostHooks#require(PrincipalContext, ResourceRef, String)} for a kind as a whole.
     *
     * @param principal who is asking
     * @param kind the kind of resource
     * @param action what is to be done
     * @throws id.lum.hooks.HookRejection if the principal may not, or with 503 if that cannot be told now
     */
    public void require(PrincipalContext principal, ResourceKind kind, ResourceAction action) {
        require(principal, ResourceRef.kindLevel(kind.id()), action.id());
    }

    /**
     * {@link HostHooks#accessibleIds(PrincipalContext, String, String)}.
     *
     * @param principal who is asking
     * @param kind the kind of resource; for results the ids are those of tasks
     * @param action what is to be done
     * @return every id, or exactly some
     * @throws id.lum.hooks.HookRejection with 503 if that cannot be told now
     */
    public AccessibleIds accessibleIds(PrincipalContext principal, ResourceKind kind, ResourceAction action) {
        return accessibleIds(principal, kind.id(), action.id());
    }

    /**
     * Who supplied the machine of a worker.
     *
     * @param worker the worker
     * @return the first answer of the resolvers, in order; empty text if no resolver knows the worker
     * @throws id.lum.hooks.HookRejection with 503 if a resolver failed, or is unavailable and required
     */
    public String supplierOf(Worker worker) {
        return first(SUPPLIER, resolver -> resolver.supplierOf(worker)).orElse("");
    }
}
