package id.lum.engine.internal;

import id.lum.hooks.Hook;
import id.lum.hooks.host.HostHooks;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.ThreadTimer;
import id.lum.support.lifecycle.Timer;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** A view in the service registry, with all that lives as long as it does. */
final class PublishedView implements AutoCloseable {
    /** How often it is looked for calls that do not return. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final HookRegistry registry;
    private final HookTracker tracker;
    private final ServiceRegistration<?> registration;
    private final Timer timer;

    PublishedView(
            BundleContext bundle, HostSettings settings, HookKinds kinds, LongSupplier clock, OpenAccess openAccess) {
        this(bundle, settings, kinds, clock, openAccess, ThreadTimer::new);
    }

    PublishedView(
            BundleContext bundle,
            HostSettings settings,
            HookKinds kinds,
            LongSupplier clock,
            OpenAccess openAccess,
            TimerFactory timers) {
        this.registry = new HookRegistry(settings, kinds, clock, openAccess);
        this.tracker = new HookTracker(bundle, registry);
        this.timer = timers.start("hooks of " + registry.label());
        try {
            // The hooks that are there already are in the registry before anybody can ask.
            tracker.open();
            this.registration =
                    bundle.registerService(HostHooks.class, new ComposedView<>(registry), properties(settings));
        } catch (RuntimeException | Error failed) {
            // The caller gets no reference to this object.
            registry.close();
            tracker.close();
            timer.close();
            throw failed;
        }
        timer.after(LOOK, this::look);
    }

    private void look() {
        try {
            lookForHungCalls();
        } finally {
            timer.after(LOOK, this::look);
        }
    }

    void lookForHungCalls() {
        registry.lookForHungCalls();
    }

    private static Dictionary<String, Object> properties(HostSettings settings) {
        return new Hashtable<>(Map.of(
                Hook.HOST,
                settings.host(),
                Constants.SERVICE_PID,
                settings.pid(),
                HostHooks.GRACE_MILLIS,
                settings.grace().toMillis()));
    }

    HostSettings settings() {
        return registry.settings();
    }

    boolean hasHooks() {
        return registry.hasHooks();
    }

    /** More kinds of hook were declared. */
    void rescan() {
        registry.rescan();
    }

    void apply(HostSettings settings) {
        boolean sameGrace = settings.grace().equals(settings().grace());
        registry.apply(settings);
        // Only then: each call is an event for all who listen for services.
        if (!sameGrace) {
            registration.setProperties(properties(settings));
        }
    }

    @Override
    public void close() {
        ServiceWithdrawal.unregister(registration);
        // Closed before the tracker lets go of the hooks: who still calls gets a 503 at once instead of a wait.
        registry.close();
        tracker.close();
        timer.close();
    }
}
