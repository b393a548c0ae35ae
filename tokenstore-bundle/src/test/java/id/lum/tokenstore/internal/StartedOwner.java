package id.lum.tokenstore.internal;

import id.lum.support.config.ConfiguredOwner;
import java.util.Map;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** An owner with its configuration, as the component makes one, whose clock a test moves. */
final class StartedOwner implements AutoCloseable {
    private final TokenStoreOwner owner;
    private final ConfiguredOwner<TokenStoreConfiguration, TokenStoreSettings> configured;

    StartedOwner(
            BundleContext bundle,
            ConfigurationAdmin admin,
            ServiceComponentRuntime components,
            Map<String, Object> properties,
            LongSupplier nanos) {
        owner = new TokenStoreOwner(bundle, admin, components, nanos);
        configured = ConfiguredOwner.open(TokenStoreConfiguration.class, TokenStoreSettings.PID, owner, properties);
    }

    void apply(Map<String, Object> properties) {
        configured.apply(properties);
    }

    void wake() {
        owner.wake();
    }

    @Override
    public void close() {
        configured.close();
    }
}
