package id.lum.engine.internal;

import id.lum.hooks.Hook;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Tells a registry which services carry its host's name. It fetches no service object: that may run foreign code, and
 * fail.
 */
final class HookTracker implements ServiceTrackerCustomizer<Object, RegisteredHook> {
    private final BundleContext bundle;
    private final HookRegistry registry;
    private final ServiceTracker<Object, RegisteredHook> tracker;

    HookTracker(BundleContext bundle, HookRegistry registry) {
        this.bundle = bundle;
        this.registry = registry;
        this.tracker = new ServiceTracker<>(bundle, servicesOf(registry.host()), this);
    }

    void open() {
        tracker.open();
    }

    void close() {
        tracker.close();
    }

    /**
     * If MODIFIED is delivered after UNREGISTERING, the tracker adds the service again and never removes it. So the
     * service registry is asked whether the service still exists. A service that it finds here leaves later; the
     * tracker then reports that even if it is still in this method.
     */
    @Override
    public RegisteredHook addingService(ServiceReference<Object> reference) {
        RegisteredHook hook = new RegisteredHook(bundle, reference);
        if (!isRegisteredForTheHost(hook)) {
            return null;
        }
        registry.arrived(hook);
        return hook;
    }

    private boolean isRegisteredForTheHost(RegisteredHook hook) {
        String filter = "(&" + servicesOf(registry.host()) + "(" + Constants.SERVICE_ID + "=" + hook.age() + "))";
        try {
            return bundle.getServiceReferences((String) null, filter) != null;
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void modifiedService(ServiceReference<Object> reference, RegisteredHook hook) {
        registry.modified(hook);
    }

    @Override
    public void removedService(ServiceReference<Object> reference, RegisteredHook hook) {
        registry.left(hook);
    }

    private static Filter servicesOf(String host) {
        try {
            // The settings allow no character in a host's name that has a meaning in a filter.
            return FrameworkUtil.createFilter("(" + Hook.HOST + "=" + host + ")");
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
