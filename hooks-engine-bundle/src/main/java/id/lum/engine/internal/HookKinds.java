package id.lum.engine.internal;

import id.lum.hooks.IdentityProvider;
import id.lum.hooks.LogSafe;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.ResourceRegistrar;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.UsageSink;
import id.lum.hooks.host.HookKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kinds of hook in this container: five that every host has, and those that bundles declare by a capability
 * {@link HookKind#NAMESPACE}. A declared kind stays known when its bundle leaves: what requires it goes on requiring
 * it.
 */
@Component(service = HookKinds.class)
public final class HookKinds implements BundleTrackerCustomizer<Bundle> {
    static final HookKind<IdentityProvider> IDENTITY = new HookKind<>("identity", IdentityProvider.class);
    static final HookKind<SubmissionGuard> GUARD = new HookKind<>("guard", SubmissionGuard.class);
    static final HookKind<PermissionChecker> PERMISSION = new HookKind<>("permission", PermissionChecker.class);
    static final HookKind<ResourceRegistrar> REGISTRAR = new HookKind<>("registrar", ResourceRegistrar.class);
    static final HookKind<UsageSink<Object>> USAGE = new HookKind<>("usage", sinkOfAnyRow());

    /** Called for each kind that a bundle declares. */
    interface Listener {
        /** A kind was declared, or has another interface. */
        void kindDeclared();
    }

    /** In the order in which a request meets them. */
    private static final List<HookKind<?>> COMMON = List.of(IDENTITY, GUARD, PERMISSION, REGISTRAR, USAGE);

    private static final Logger LOG = LoggerFactory.getLogger(HookKinds.class);

    private final BundleTracker<Bundle> bundles;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    /** The interface of each declared kind, by id. Replaced as a whole, under the lock. */
    private volatile Map<String, String> declared = Map.of();

    /** @param bundle this bundle */
    @Activate
    public HookKinds(BundleContext bundle) {
        this.bundles =
                new BundleTracker<>(bundle, Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING, this);
        bundles.open();
    }

    @Deactivate
    void close() {
        bundles.close();
    }

    /** That a sink takes the rows of the host it serves is the host's contract: no class says so at run time. */
    @SuppressWarnings("unchecked")
    private static Class<UsageSink<Object>> sinkOfAnyRow() {
        return (Class<UsageSink<Object>>) (Class<?>) UsageSink.class;
    }

    /** All ids: of the common kinds as a request meets them, then of the declared ones by name. */
    List<String> ids() {
        return Stream.concat(COMMON.stream().map(HookKind::id), declared.keySet().stream())
                .toList();
    }

    /** The ids of the kinds whose interfaces are among these names. */
    List<String> among(List<String> types) {
        return Stream.concat(
                        COMMON.stream()
                                .filter(kind -> types.contains(kind.type().getName()))
                                .map(HookKind::id),
                        declared.entrySet().stream()
                                .filter(kind -> types.contains(kind.getValue()))
                                .map(Map.Entry::getKey))
                .toList();
    }

    /** @throws IllegalArgumentException if it is not a kind that a bundle has declared with this interface */
    void requireDeclared(HookKind<?> kind) {
        String type = kind.type().getName();
        if (!type.equals(declared.get(kind.id()))) {
            throw new IllegalArgumentException("No bundle declares the kind of hook " + LogSafe.of(kind.id())
                    + " with the interface " + type + ". The bundle that contains the interface declares it with a "
                    + "capability " + HookKind.NAMESPACE + ".");
        }
    }

    /** The listener is called after each declaration, by the thread that resolved the bundle. */
    void addListener(Listener listener) {
        listeners.add(listener);
    }

    void removeListener(Listener listener) {
        listeners.remove(listener);
    }

    void declare(String id, String type) {
        synchronized (this) {
            if (type.equals(declared.get(id))) {
                return;
            }
            Map<String, String> more = new TreeMap<>(declared);
            Optional.ofNullable(more.put(id, type))
                    .ifPresent(other -> LOG.warn(
                            "The kind of hook {} is {} from now on, and no longer {}.",
                            LogSafe.of(id),
                            LogSafe.of(type),
                            LogSafe.of(other)));
            declared = more;
        }
        for (Listener listener : listeners) {
            try {
                listener.kindDeclared();
            } catch (RuntimeException failed) {
                // The views of the other hosts are told all the same.
                LOG.error("A view could not be changed for the kind of hook {}.", LogSafe.of(id), failed);
            }
        }
    }

    @Override
    public Bundle addingBundle(Bundle bundle, BundleEvent event) {
        for (BundleCapability capability :
                bundle.adapt(BundleRevision.class).getDeclaredCapabilities(HookKind.NAMESPACE)) {
            Map<String, Object> attributes = capability.getAttributes();
            Optional<String> id = text(attributes.get(HookKind.NAMESPACE));
            Optional<String> type = text(attributes.get("type"));
            if (id.isEmpty() || type.isEmpty() || isCommon(id.get())) {
                LOG.error(
                        "Bundle {} declares a kind of hook wrongly: {}. Write {}=<id> with an id of its own, and "
                                + "type=<interface>. The kind is ignored.",
                        bundle.getSymbolicName(),
                        LogSafe.of(attributes.toString()),
                        HookKind.NAMESPACE);
            } else {
                declare(id.get(), type.get());
            }
        }
        return bundle;
    }

    private static boolean isCommon(String id) {
        return COMMON.stream().anyMatch(kind -> kind.id().equals(id));
    }

    private static Optional<String> text(Object attribute) {
        return attribute instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
    }

    @Override
    public void modifiedBundle(Bundle bundle, BundleEvent event, Bundle tracked) {
        // An update makes the bundle leave and come back.
    }

    @Override
    public void removedBundle(Bundle bundle, BundleEvent event, Bundle tracked) {
        // What it declared stays known.
    }
}
