package id.lum.engine.internal;

import id.lum.hooks.host.HostHooks;
import id.lum.support.config.FactoryConfigurations;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Has every configuration {@code id.lum.hooks.host~...} delivered to a {@link HostViewOwner}. */
@Component(
        service = {},
        immediate = true,
        configurationPid = HostViewConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = HostViewConfiguration.class, factory = true)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.hooks.host.HostHooks\"",
        effective = "active",
        uses = HostHooks.class)
public final class HostViewComponent {
    private final FactoryConfigurations configurations;

    /**
     * Starts the delivery of the configurations.
     *
     * @param bundle this bundle
     * @param reservations which hosts are taken
     * @param kinds what can be required
     */
    @Activate
    public HostViewComponent(
            BundleContext bundle, @Reference HostReservations reservations, @Reference HookKinds kinds) {
        configurations = FactoryConfigurations.deliver(
                bundle,
                HostViewConfiguration.PID,
                properties -> new HostViewOwner(bundle, reservations, kinds, properties));
    }

    @Deactivate
    void close() {
        configurations.close();
    }
}
