package id.lum.flowmesh.internal;

import id.lum.core.adapter.LumidIdentityProvider;
import id.lum.core.identity.Introspection;
import id.lum.hooks.Hook;
import id.lum.hooks.IdentityProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;

/**
 * Knows by lum.id who is calling FlowMesh. It comes last and goes first: nobody is let in whom checker and registrar
 * would not see.
 */
@Component(service = IdentityProvider.class, immediate = true)
@Hook(host = FlowmeshAdapter.HOST, name = FlowmeshAdapter.NAME)
@ServiceRanking(FlowmeshAdapter.RANKING)
public final class FlowmeshIdentityProvider extends LumidIdentityProvider {
    /**
     * A provider.
     *
     * @param introspection the introspection that all hosts share
     * @param checker only for its presence
     * @param registrar only for its presence
     */
    @Activate
    public FlowmeshIdentityProvider(
            @Reference Introspection introspection,
            @Reference FlowmeshPermissionChecker checker,
            @Reference FlowmeshRegistrar registrar) {
        super(introspection);
    }
}
