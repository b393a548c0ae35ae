package id.lum.hooks.internal;

import id.lum.hooks.Hook;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.lumilake.LumilakeHooks;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** A view in the service registry, with all that lives as long as it does. */
final class PublishedView implements AutoCloseable {
    /** The hosts whose view speaks their own types. */
    private static final Map<String, Typed> TYPED = Map.of(
            "flowmesh", new Typed(FlowmeshHooks.class, FlowmeshView::new),
            "lumilake", new Typed(LumilakeHooks.class, LumilakeView::new));

    private static final Typed UNTYPED = new Typed(HostHooks.class, ComposedView::new);

    private record Typed(Class<?> type, Function<LiveRoster, ComposedView<?>> make) {}

    private final LiveRoster roster;
    private final HookTracker tracker;
    private final ServiceRegistration<?> registration;

    PublishedView(BundleContext bundle, HostSettings settings, LongSupplier clock, AtomicBoolean guarded) {
        this.roster = new LiveRoster(settings, clock, guarded);
        this.tracker = new HookTracker(bundle, roster);
        // The hooks that are there already are in the roster before anybody can ask.
        tracker.open();
        Typed typed = TYPED.getOrDefault(settings.host(), UNTYPED);
        try {
            this.registration = bundle.registerService(
                    Stream.of(HostHooks.class, typed.type())
                            .distinct()
                            .map(Class::getName)
                            .toArray(String[]::new),
                    typed.make().apply(roster),
                    properties(settings));
        } catch (RuntimeException | Error failed) {
            // Nobody gets hold of this object.
            roster.close();
            tracker.close();
            throw failed;
        }
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
        return roster.settings();
    }

    void apply(HostSettings settings) {
        boolean sameGrace = settings.grace().equals(settings().grace());
        roster.apply(settings);
        // Only then: each call is an event for all who listen for services.
        if (!sameGrace) {
            registration.setProperties(properties(settings));
        }
    }

    @Override
    public void close() {
        registration.unregister();
        // Closed before the tracker lets go of the hooks: who still calls gets a 503 at once instead of a wait.
        roster.close();
        tracker.close();
    }
}
