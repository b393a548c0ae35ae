package id.lum.flowmesh.internal;

import id.lum.core.adapter.HostGrants;
import id.lum.core.policy.PolicyPermissionChecker;
import id.lum.hooks.Hook;
import id.lum.hooks.PermissionChecker;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;

/** Decides by FlowMesh's policy over FlowMesh's grants. */
@Component(
        service = {PermissionChecker.class, FlowmeshPermissionChecker.class},
        immediate = true)
@Hook(host = FlowmeshAdapter.HOST, name = FlowmeshAdapter.NAME)
@ServiceRanking(FlowmeshAdapter.RANKING)
public final class FlowmeshPermissionChecker extends PolicyPermissionChecker {
    /** @param grants FlowMesh's grants, and the policy over them */
    @Activate
    public FlowmeshPermissionChecker(@Reference(target = FlowmeshAdapter.GRANTS_FILTER) HostGrants grants) {
        super(grants.authorization());
    }
}
