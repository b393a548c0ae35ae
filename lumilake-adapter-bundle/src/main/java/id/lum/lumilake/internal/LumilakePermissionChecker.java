package id.lum.lumilake.internal;

import id.lum.core.adapter.HostGrants;
import id.lum.core.policy.PolicyPermissionChecker;
import id.lum.hooks.Hook;
import id.lum.hooks.PermissionChecker;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;

/** Decides by Lumilake's policy over Lumilake's grants. */
@Component(
        service = {PermissionChecker.class, LumilakePermissionChecker.class},
        immediate = true)
@Hook(host = LumilakeAdapter.HOST, name = LumilakeAdapter.NAME)
@ServiceRanking(LumilakeAdapter.RANKING)
public final class LumilakePermissionChecker extends PolicyPermissionChecker {
    /** @param grants Lumilake's grants, and the policy over them */
    @Activate
    public LumilakePermissionChecker(@Reference(target = LumilakeAdapter.GRANTS_FILTER) HostGrants grants) {
        super(grants.authorization());
    }
}
