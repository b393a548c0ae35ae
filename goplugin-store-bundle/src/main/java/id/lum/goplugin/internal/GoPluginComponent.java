package id.lum.goplugin.internal;

import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.SingletonConfiguration;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Has the configuration {@code id.lum.goplugin} delivered to {@link GoPluginOwner}. */
@Component(
        service = {},
        immediate = true,
        configurationPid = GoPluginSettings.PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = GoPluginConfiguration.class)
public final class GoPluginComponent {
    private final SingletonConfiguration configuration;

    /**
     * Starts the delivery of the configuration.
     *
     * @param bundle this bundle
     */
    @Activate
    public GoPluginComponent(BundleContext bundle) {
        configuration = SingletonConfiguration.deliver(
                bundle,
                GoPluginSettings.PID,
                properties -> ConfiguredOwner.open(
                        GoPluginConfiguration.class, GoPluginSettings.PID, new GoPluginOwner(bundle), properties));
    }

    @Deactivate
    void close() {
        configuration.close();
    }
}
