package id.lum.lumilake.internal;

import id.lum.core.adapter.LumidIdentityProvider;
import id.lum.core.identity.Introspection;
import id.lum.hooks.Hook;
import id.lum.hooks.IdentityProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;

/**
 * Knows by lum.id who is calling Lumilake. Registered after, and unregistered before, the checker and the registrar.
 */
@Component(service = IdentityProvider.class, immediate = true)
@Hook(host = LumilakeAdapter.HOST, name = LumilakeAdapter.NAME)
@ServiceRanking(LumilakeAdapter.RANKING)
public final class LumilakeIdentityProvider extends LumidIdentityProvider {
    /**
     * @param introspection the introspection that all hosts share
     * @param checker only for its presence
     * @param registrar only for its presence
     */
    @Activate
    public LumilakeIdentityProvider(
            @Reference Introspection introspection,
            @Reference LumilakePermissionChecker checker,
            @Reference LumilakeRegistrar registrar) {
        super(introspection);
    }
}
