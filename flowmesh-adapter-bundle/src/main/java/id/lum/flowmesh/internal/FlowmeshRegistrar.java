package id.lum.flowmesh.internal;

import id.lum.core.adapter.HostGrants;
import id.lum.core.grants.GrantRegistrar;
import id.lum.core.grants.Sweep;
import id.lum.hooks.Hook;
import id.lum.hooks.ResourceRegistrar;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;

/** Writes FlowMesh's grants. FlowMesh lists everything it has, so one sweep covers every kind. */
@Component(
        service = {ResourceRegistrar.class, FlowmeshRegistrar.class},
        immediate = true)
@Hook(host = FlowmeshAdapter.HOST, name = FlowmeshAdapter.NAME)
@ServiceRanking(FlowmeshAdapter.RANKING)
public final class FlowmeshRegistrar extends GrantRegistrar {
    /** @param grants FlowMesh's grants */
    @Activate
    public FlowmeshRegistrar(@Reference(target = FlowmeshAdapter.GRANTS_FILTER) HostGrants grants) {
        super(grants.store(), Sweep.EVERY_KIND);
    }
}
