package id.lum.hooks.internal;

import id.lum.hooks.Hook;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Tells a roster which services carry its host's name. It fetches no service object: that may run foreign code, and
 * fail.
 */
final class HookTracker implements ServiceTrackerCustomizer<Object, RegisteredHook> {
    private final BundleContext bundle;
    private final LiveRoster roster;
    private final ServiceTracker<Object, RegisteredHook> tracker;

    HookTracker(BundleContext bundle, LiveRoster roster) {
        this.bundle = bundle;
        this.roster = roster;
        this.tracker = new ServiceTracker<>(bundle, servicesOf(roster.host()), this);
    }

    void open() {
        tracker.open();
    }

    void close() {
        tracker.close();
    }

    @Override
    public RegisteredHook addingService(ServiceReference<Object> reference) {
        RegisteredHook hook = new RegisteredHook(bundle, reference);
        roster.arrived(hook);
        return hook;
    }

    @Override
    public void modifiedService(ServiceReference<Object> reference, RegisteredHook hook) {
        roster.modified(hook);
    }

    @Override
    public void removedService(ServiceReference<Object> reference, RegisteredHook hook) {
        roster.left(hook);
    }

    private static Filter servicesOf(String host) {
        // RFC 4515 section 3: these have a meaning in a filter and are escaped in a value.
        String value = host.replaceAll("[\\\\*()]", "\\\\$0");
        try {
            return FrameworkUtil.createFilter("(" + Hook.HOST + "=" + value + ")");
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
