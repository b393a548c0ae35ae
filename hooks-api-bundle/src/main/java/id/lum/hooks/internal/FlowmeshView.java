package id.lum.hooks.internal;

import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.hooks.flowmesh.Worker;

/** The composed view with FlowMesh's own hook, the supplier. */
final class FlowmeshView extends ComposedView<UsageRow> implements FlowmeshHooks {
    FlowmeshView(LiveRoster roster) {
        super(roster);
    }

    @Override
    public String supplierOf(Worker worker) {
        return calls().first(HookKind.SUPPLIER, resolver -> resolver.supplierOf(worker))
                .orElse("");
    }
}
