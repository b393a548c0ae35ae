package id.lum.flowmesh.internal;

import id.lum.core.adapter.ProvidesAdapterHooks;
import id.lum.hooks.flowmesh.TaskRowParser;
import id.lum.hooks.host.UsageRowParser;
import id.lum.support.config.SingletonConfiguration;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Has the configuration {@code id.lum.flowmesh} delivered to {@link FlowmeshAdapter}. */
@Component(
        service = {},
        immediate = true,
        configurationPid = FlowmeshAdapter.PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = FlowmeshConfiguration.class)
@ProvidesAdapterHooks
public final class FlowmeshComponent {
    private final SingletonConfiguration configuration;
    private final ServiceRegistration<?> taskRowParser;

    /**
     * Starts the delivery of the configuration.
     *
     * @param bundle this bundle
     */
    @Activate
    public FlowmeshComponent(BundleContext bundle) {
        // First: were it to fail after the delivery has begun, nobody would end that.
        taskRowParser = bundle.registerService(UsageRowParser.class, new TaskRowParser(), null);
        configuration = SingletonConfiguration.deliver(
                bundle, FlowmeshAdapter.PID, properties -> FlowmeshAdapter.open(bundle, properties));
    }

    @Deactivate
    void close() {
        configuration.close();
        taskRowParser.unregister();
    }
}
