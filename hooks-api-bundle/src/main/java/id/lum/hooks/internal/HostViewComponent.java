package id.lum.hooks.internal;

import id.lum.hooks.host.HostHooks;
import id.lum.hooks.settings.FactoryConfigurations;
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
        configurationPid = HostSettings.PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = HostViewConfiguration.class, factory = true)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.hooks.host.HostHooks\"",
        effective = "active",
        uses = HostHooks.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.hooks.flowmesh.FlowmeshHooks\"",
        effective = "active",
        uses = id.lum.hooks.flowmesh.FlowmeshHooks.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.hooks.lumilake.LumilakeHooks\"",
        effective = "active",
        uses = id.lum.hooks.lumilake.LumilakeHooks.class)
public final class HostViewComponent {
    private final FactoryConfigurations configurations;

    /**
     * Begins to.
     *
     * @param bundle this bundle
     * @param names which hosts are taken
     */
    @Activate
    public HostViewComponent(BundleContext bundle, @Reference HostNames names) {
        configurations = FactoryConfigurations.deliver(
                bundle, HostSettings.PID, properties -> new HostViewOwner(bundle, names, properties));
    }

    @Deactivate
    void close() {
        configurations.close();
    }
}
