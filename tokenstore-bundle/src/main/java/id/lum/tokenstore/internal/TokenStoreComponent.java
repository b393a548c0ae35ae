package id.lum.tokenstore.internal;

import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.SingletonConfiguration;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.annotations.Designate;

/** Has the configuration {@code id.lum.tokenstore} delivered to {@link TokenStoreOwner}. */
@Component(
        service = {},
        immediate = true,
        configurationPid = TokenStoreSettings.PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = TokenStoreConfiguration.class)
public final class TokenStoreComponent {
    private final SingletonConfiguration configuration;

    /**
     * Starts the delivery of the configuration.
     *
     * @param bundle this bundle
     * @param admin whose configurations hold references
     * @param components whose components are consumers of configurations
     */
    @Activate
    public TokenStoreComponent(
            BundleContext bundle, @Reference ConfigurationAdmin admin, @Reference ServiceComponentRuntime components) {
        configuration = SingletonConfiguration.deliver(
                bundle,
                TokenStoreSettings.PID,
                properties -> ConfiguredOwner.open(
                        TokenStoreConfiguration.class,
                        TokenStoreSettings.PID,
                        new TokenStoreOwner(bundle, admin, components, System::nanoTime),
                        properties));
    }

    @Deactivate
    void close() {
        configuration.close();
    }
}
