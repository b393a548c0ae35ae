package id.lum.demo.internal;

import id.lum.hooks.settings.SingletonConfiguration;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Has the configuration {@code id.lum.demo} delivered to {@link DemoOwner}. */
@Component(
        service = {},
        immediate = true,
        configurationPid = DemoSettings.PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = DemoConfiguration.class)
public final class DemoComponent {
    private final SingletonConfiguration configuration;

    /**
     * Begins to.
     *
     * @param bundle this bundle
     */
    @Activate
    public DemoComponent(BundleContext bundle) {
        configuration = SingletonConfiguration.deliver(
                bundle, DemoSettings.PID, properties -> new DemoOwner(bundle, properties));
    }

    @Deactivate
    void close() {
        configuration.close();
    }
}
