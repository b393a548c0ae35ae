package id.lum.lumilake.internal;

import id.lum.core.adapter.HostGrants;
import id.lum.core.grants.GrantRegistrar;
import id.lum.core.grants.Sweep;
import id.lum.hooks.Hook;
import id.lum.hooks.ResourceRegistrar;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;

/**
 * Writes Lumilake's grants. Lumilake lists one kind at a time, so a sweep covers the kinds that are listed, and an
 * empty list does nothing.
 */
@Component(
        service = {ResourceRegistrar.class, LumilakeRegistrar.class},
        immediate = true)
@Hook(host = LumilakeAdapter.HOST, name = LumilakeAdapter.NAME)
@ServiceRanking(LumilakeAdapter.RANKING)
public final class LumilakeRegistrar extends GrantRegistrar {
    /** @param grants Lumilake's grants */
    @Activate
    public LumilakeRegistrar(@Reference(target = LumilakeAdapter.GRANTS_FILTER) HostGrants grants) {
        super(grants.store(), Sweep.LISTED_KINDS);
    }
}
