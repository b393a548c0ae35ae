package id.lum.lumilake.internal;

import id.lum.core.adapter.HostGrants;
import id.lum.hooks.settings.SingletonConfiguration;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Has the configuration {@code id.lum.lumilake} delivered to {@link LumilakeAdapter}. */
@Component(
        service = {},
        immediate = true,
        configurationPid = LumilakeAdapter.PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = LumilakeConfiguration.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.core.adapter.HostGrants\"",
        effective = "active",
        uses = HostGrants.class)
public final class LumilakeComponent {
    private final SingletonConfiguration configuration;

    /**
     * Begins to.
     *
     * @param bundle this bundle
     */
    @Activate
    public LumilakeComponent(BundleContext bundle) {
        configuration = SingletonConfiguration.deliver(
                bundle, LumilakeAdapter.PID, properties -> new LumilakeAdapter(bundle, properties));
    }

    @Deactivate
    void close() {
        configuration.close();
    }
}
