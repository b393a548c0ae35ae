package id.lum.demo.internal;

import id.lum.hooks.flowmesh.TaskRowParser;
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

/** Has the configuration {@code id.lum.demo} delivered to {@link DemoOwner}. */
@Component(
        service = {},
        immediate = true,
        configurationPid = DemoConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = DemoConfiguration.class)
public final class DemoComponent {
    private final SingletonConfiguration configuration;
    private final ServiceRegistration<?> taskRowParser;
    private final ServiceRegistration<?> jobRowParser;

    /**
     * Starts the delivery of the configuration.
     *
     * @param bundle this bundle
     */
    @Activate
    public DemoComponent(BundleContext bundle) {
        // First: were it to fail after the delivery has begun, nobody would end that.
        taskRowParser = bundle.registerService(UsageRowParser.class, new TaskRowParser(), null);
        jobRowParser = bundle.registerService(UsageRowParser.class, new JobRowParser(), null);
        configuration = SingletonConfiguration.deliver(
                bundle, DemoConfiguration.PID, properties -> DemoOwner.open(bundle, properties));
    }

    @Deactivate
    void close() {
        configuration.close();
        taskRowParser.unregister();
        jobRowParser.unregister();
    }
}
