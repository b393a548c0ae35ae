package id.lum.demo.internal;

import id.lum.hooks.flowmesh.TaskRowFormat;
import id.lum.hooks.host.UsageRowFormat;
import id.lum.hooks.lumilake.JobRowFormat;
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
    private final ServiceRegistration<?> taskRowFormat;
    private final ServiceRegistration<?> jobRowFormat;

    /**
     * Starts the delivery of the configuration.
     *
     * @param bundle this bundle
     */
    @Activate
    public DemoComponent(BundleContext bundle) {
        configuration = SingletonConfiguration.deliver(
                bundle, DemoConfiguration.PID, properties -> DemoOwner.open(bundle, properties));
        taskRowFormat = bundle.registerService(UsageRowFormat.class, new TaskRowFormat(), null);
        jobRowFormat = bundle.registerService(UsageRowFormat.class, new JobRowFormat(), null);
    }

    @Deactivate
    void close() {
        taskRowFormat.unregister();
        jobRowFormat.unregister();
        configuration.close();
    }
}
