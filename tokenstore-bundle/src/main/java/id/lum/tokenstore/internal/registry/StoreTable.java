package id.lum.tokenstore.internal.registry;

import id.lum.hooks.Printable;
import id.lum.hooks.tokenstore.TokenStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stores that are registered. Of several with one prefix the one with the highest service ranking is meant. */
public final class StoreTable implements ServiceTrackerCustomizer<TokenStore, RegisteredStore>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreTable.class);

    private final BundleContext bundle;
    private final Consumer<String> changed;
    private final Map<ServiceReference<TokenStore>, RegisteredStore> stores = new ConcurrentHashMap<>();
    private final ServiceTracker<TokenStore, RegisteredStore> tracker;

    /**
     * An empty table.
     *
     * @param bundle who looks for stores
     * @param changed told of the prefix of every store that comes, goes or changes, by any thread
     */
    public StoreTable(BundleContext bundle, Consumer<String> changed) {
        this.bundle = bundle;
        this.changed = changed;
        this.tracker = new ServiceTracker<>(bundle, TokenStore.class, this);
    }

    /** Begins to look for stores. */
    public void open() {
        tracker.open();
    }

    /** Lets go of all stores. */
    @Override
    public void close() {
        tracker.close();
    }

    /**
     * The prefixes for which there is a store.
     *
     * @return each once
     */
    public Set<String> prefixes() {
        return stores.values().stream()
                .flatMap(store -> store.prefix().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    Optional<RegisteredStore> find(String prefix) {
        // A reference is the greater, the higher its ranking and the older its service (OSGi Core section 5.2.5).
        return stores.values().stream()
                .filter(store -> store.prefix().filter(prefix::equals).isPresent())
                .max(Comparator.comparing(RegisteredStore::reference));
    }

    /**
     * How each store does.
     *
     * @param now the time, in nanoseconds of the clock that counted
     * @return one line for each, by prefix
     */
    public List<String> describe(long now) {
        return stores.values().stream()
                .filter(store -> store.prefix().isPresent())
                .sorted(Comparator.<RegisteredStore, String>comparing(
                                store -> store.prefix().orElse(""))
                        .thenComparing(RegisteredStore::reference, Comparator.reverseOrder()))
                .map(store -> describe(store, store.prefix().orElse(""), now))
                .toList();
    }

    private String describe(RegisteredStore store, String prefix, long now) {
        String place = find(prefix).filter(store::equals).isPresent() ? "" : " (not asked: another has its prefix)";
        return prefix + "  " + store.provider() + place + "  " + store.describe(now);
    }

    @Override
    public RegisteredStore addingService(ServiceReference<TokenStore> reference) {
        RegisteredStore store = new RegisteredStore(bundle, reference);
        stores.put(reference, store);
        announce(store);
        return store;
    }

    @Override
    public void modifiedService(ServiceReference<TokenStore> reference, RegisteredStore store) {
        Optional<String> before = store.prefix();
        store.reread();
        if (!before.equals(store.prefix())) {
            before.ifPresent(changed);
        }
        announce(store);
    }

    @Override
    public void removedService(ServiceReference<TokenStore> reference, RegisteredStore store) {
        stores.remove(reference);
        store.release();
        store.prefix().ifPresent(changed);
    }

    private void announce(RegisteredStore store) {
        store.prefix()
                .ifPresentOrElse(
                        changed,
                        () -> LOG.warn(
                                "A token store of {} is not used: its service property {} is {}, and must be a capital letter "
                                        + "followed by at most 63 capital letters and digits.",
                                store.provider(),
                                TokenStore.PREFIX,
                                Printable.of(String.valueOf(store.reference().getProperty(TokenStore.PREFIX)))));
    }
}
