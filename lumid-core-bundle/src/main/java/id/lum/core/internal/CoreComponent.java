package id.lum.core.internal;

import id.lum.core.identity.CoreConfiguration;
import id.lum.core.identity.Introspection;
import id.lum.support.config.SingletonConfiguration;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Has the configuration {@code id.lum.core} delivered to {@link CoreOwner}. */
@Component(
        service = {},
        immediate = true,
        configurationPid = CoreConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = CoreConfiguration.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.core.identity.Introspection\"",
        effective = "active",
        uses = Introspection.class)
public final class CoreComponent {
    private final SingletonConfiguration configuration;

    /**
     * Starts the delivery of the configuration.
     *
     * @param bundle this bundle
     */
    @Activate
    public CoreComponent(BundleContext bundle) {
        configuration = SingletonConfiguration.deliver(
                bundle, CoreConfiguration.PID, properties -> CoreOwner.open(bundle, properties));
    }

    @Deactivate
    void close() {
        configuration.close();
    }
}
