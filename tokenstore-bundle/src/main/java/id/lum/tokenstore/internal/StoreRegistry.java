package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.tokenstore.TokenStore;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the stores that are registered. Which these are is read from the service registry each time: events may come
 * late or in another order, so they only tell that something changed. Of several stores with one prefix the one with
 * the highest service ranking is asked. Safe for many threads.
 */
final class StoreRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreRegistry.class);

    /** All questions of one call may take as long as so many, one after the other. */
    private static final int CALLS_IN_A_ROW = 4;

    private final BundleContext bundle;
    private final LongSupplier nanos;
    private final StoreClient client;
    private ServiceListener events = event -> {};
    private final Map<ServiceReference<TokenStore>, RegisteredStore> known = new HashMap<>();
    private final Map<ServiceReference<?>, String> prefixes = new ConcurrentHashMap<>();

    /** Told by any thread of the prefix, now or before, of a store that came, left or changed. */
    interface StoreListener {
        void storesChanged(String prefix);
    }

    StoreRegistry(BundleContext bundle, Duration timeout, LongSupplier nanos) {
        this.bundle = bundle;
        this.nanos = nanos;
        this.client = new StoreClient(timeouts(timeout));
    }

    /** Tells of every store that is there, and of every change, until this is closed. */
    void open(StoreListener listener) {
        events = event -> changed(event.getServiceReference(), listener);
        try {
            bundle.addServiceListener(events, "(" + Constants.OBJECTCLASS + "=" + TokenStore.class.getName() + ")");
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
        stores().forEach(store -> changed(store.reference(), listener));
    }

    /** Events may be late: whether the store is there, and its prefix, is read from the registry. */
    void changed(ServiceReference<?> reference, StoreListener listener) {
        Optional<RegisteredStore> store = stores().stream()
                .filter(one -> one.reference().equals(reference))
                .findFirst();
        Optional<String> now = store.flatMap(RegisteredStore::prefix);
        Optional<String> before =
                Optional.ofNullable(now.isPresent() ? prefixes.put(reference, now.get()) : prefixes.remove(reference));
        before.filter(prefix -> !now.equals(before)).ifPresent(listener::storesChanged);
        now.ifPresent(listener::storesChanged);
        if (store.isPresent() && now.isEmpty()) {
            LOG.warn(
                    "A token store of {} is not used: its service property {} is {}, and must be a capital letter followed"
                            + " by at most 63 capital letters and digits.",
                    store.get().provider(),
                    TokenStore.PREFIX,
                    LogSafe.of(String.valueOf(reference.getProperty(TokenStore.PREFIX))));
        }
    }

    private Collection<RegisteredStore> stores() {
        List<RegisteredStore> gone;
        List<RegisteredStore> present;
        synchronized (this) {
            Collection<ServiceReference<TokenStore>> references = references();
            gone = known.values().stream()
                    .filter(store -> !references.contains(store.reference()))
                    .toList();
            known.keySet().retainAll(references);
            references.forEach(one -> known.computeIfAbsent(one, first -> new RegisteredStore(bundle, first)));
            present = List.copyOf(known.values());
        }
        gone.forEach(RegisteredStore::release);
        return present;
    }

    private Collection<ServiceReference<TokenStore>> references() {
        try {
            return bundle.getServiceReferences(TokenStore.class, null);
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public Set<String> prefixes() {
        return stores().stream().flatMap(store -> store.prefix().stream()).collect(Collectors.toUnmodifiableSet());
    }

    private Optional<RegisteredStore> find(String prefix) {
        // A reference is the greater, the higher its ranking and the older its service (OSGi Core section 5.2.5).
        return stores().stream()
                .filter(store -> store.prefix().filter(prefix::equals).isPresent())
                .max(Comparator.comparing(RegisteredStore::reference));
    }

    /** Asks for secrets, and waits. */
    public Map<SecretLocator, StoreAnswer> ask(Set<SecretLocator> locators) {
        Map<String, RegisteredStore> asked = new HashMap<>();
        Map<SecretLocator, StoreAnswer> answers = client.fetch(locators, prefix -> {
            Optional<RegisteredStore> store = find(prefix);
            store.ifPresent(one -> asked.put(prefix, one));
            return store.map(LoggableStore.class::cast);
        });
        answers.forEach((locator, answer) -> Optional.ofNullable(asked.get(locator.prefix()))
                .ifPresent(store -> store.count(answer, nanos.getAsLong())));
        return answers;
    }

    /** The name of the bundle that would be asked. */
    public Optional<String> provider(String prefix) {
        return find(prefix).map(RegisteredStore::provider);
    }

    /** How each store does, one line each, by prefix. */
    public List<String> describe() {
        return stores().stream()
                .filter(store -> store.prefix().isPresent())
                .sorted(Comparator.<RegisteredStore, String>comparing(
                                store -> store.prefix().orElse(""))
                        .thenComparing(RegisteredStore::reference, Comparator.reverseOrder()))
                .map(this::describe)
                .toList();
    }

    private String describe(RegisteredStore store) {
        String prefix = store.prefix().orElse("");
        String place = find(prefix).filter(store::equals).isPresent() ? "" : " (not asked: another has its prefix)";
        return prefix + "  " + store.provider() + place + "  " + store.describe(nanos.getAsLong());
    }

    /** Sets another timeout for an answer, also for calls that run. */
    public void configure(Duration timeout) {
        client.configure(timeouts(timeout));
    }

    private static StoreClient.Timeouts timeouts(Duration call) {
        return new StoreClient.Timeouts(call, call.multipliedBy(CALLS_IN_A_ROW));
    }

    /** Gives up all calls. */
    @Override
    public void close() {
        bundle.removeServiceListener(events);
        client.close();
        synchronized (this) {
            known.values().forEach(RegisteredStore::release);
            known.clear();
        }
    }
}
