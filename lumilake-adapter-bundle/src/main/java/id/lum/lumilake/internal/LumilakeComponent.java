package id.lum.lumilake.internal;

import id.lum.core.adapter.ProvidesAdapterHooks;
import id.lum.hooks.host.UsageRowParser;
import id.lum.hooks.lumilake.JobRowParser;
import id.lum.support.config.SingletonConfiguration;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
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
@ProvidesAdapterHooks
public final class LumilakeComponent {
    private final SingletonConfiguration configuration;
    private final ServiceRegistration<?> jobRowParser;

    /**
     * Starts the delivery of the configuration.
     *
     * @param bundle this bundle
     */
    @Activate
    public LumilakeComponent(BundleContext bundle) {
        // First: were it to fail after the delivery has begun, nobody would end that.
        jobRowParser = bundle.registerService(UsageRowParser.class, new JobRowParser(), null);
        configuration = SingletonConfiguration.deliver(
                bundle, LumilakeAdapter.PID, properties -> LumilakeAdapter.open(bundle, properties));
    }

    @Deactivate
    void close() {
        configuration.close();
        jobRowParser.unregister();
    }
}
