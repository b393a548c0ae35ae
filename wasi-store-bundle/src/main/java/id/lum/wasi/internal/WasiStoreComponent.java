package id.lum.wasi.internal;

import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.SingletonConfiguration;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Has the configuration {@code id.lum.wasi} delivered to {@link WasiStoreOwner}. */
@Component(
        service = {},
        immediate = true,
        configurationPid = WasiStoreSettings.PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = WasiStoreConfiguration.class)
public final class WasiStoreComponent {
    private final SingletonConfiguration configuration;

    /**
     * Starts the delivery of the configuration.
     *
     * @param bundle this bundle
     */
    @Activate
    public WasiStoreComponent(BundleContext bundle) {
        configuration = SingletonConfiguration.deliver(
                bundle,
                WasiStoreSettings.PID,
                properties -> ConfiguredOwner.open(
                        WasiStoreConfiguration.class,
                        WasiStoreSettings.PID,
                        new WasiStoreOwner(bundle, HeapBudget.ofThisProcess()),
                        properties));
    }

    @Deactivate
    void close() {
        configuration.close();
    }
}
