package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.tokenstore.TokenStore;
import id.lum.support.lifecycle.ServiceWithdrawal;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
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
    private static final long SWEEP_MS = 100;

    /** Told by any thread of the prefix, now or before, of a store that came, left or changed. */
    interface StoreListener {
        void storesChanged(String prefix);
    }

    private final BundleContext bundle;
    private final LongSupplier nanos;
    private final ThreadFactory threads;
    private final ScheduledThreadPoolExecutor sweeper;
    private final Set<StoreCall> open = ConcurrentHashMap.newKeySet();
    private final Map<ServiceReference<TokenStore>, RegisteredStore> known = new HashMap<>();
    private final Map<ServiceReference<?>, String> prefixes = new ConcurrentHashMap<>();
    private ServiceListener events = event -> {};
    private volatile Duration timeout;
    private volatile boolean closed;

    /** @param timeout how long a store may take for an answer */
    StoreRegistry(BundleContext bundle, Duration timeout, LongSupplier nanos, ThreadFactory threads) {
        this.bundle = bundle;
        this.timeout = timeout;
        this.nanos = nanos;
        this.threads = threads;
        sweeper = new ScheduledThreadPoolExecutor(1, threads);
    }

    /** Begins to ask; tells of every store that is there, and of every change, until this is closed. */
    void open(StoreListener listener) {
        sweeper.scheduleWithFixedDelay(this::giveUpLateCalls, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
        events = event -> changed(event.getServiceReference(), listener);
        try {
            bundle.addServiceListener(events, "(" + Constants.OBJECTCLASS + "=" + TokenStore.class.getName() + ")");
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
        stores().forEach(store -> changed(store.reference(), listener));
    }

    /** A periodic task that throws would not run again, and then nothing would end a call that hangs. */
    private void giveUpLateCalls() {
        try {
            open.forEach(call -> call.giveUpIfLate(timeout));
        } catch (Throwable triedAgainAtOnce) {
            // For want of memory, which a line in the log needs, too.
        }
    }

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

    private synchronized Collection<RegisteredStore> stores() {
        try {
            Collection<ServiceReference<TokenStore>> present = bundle.getServiceReferences(TokenStore.class, null);
            known.values().stream()
                    .filter(store -> !present.contains(store.reference()))
                    .forEach(RegisteredStore::release);
            known.keySet().retainAll(present);
            present.forEach(one -> known.computeIfAbsent(one, first -> new RegisteredStore(bundle, first, threads)));
            return List.copyOf(known.values());
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Set<String> prefixes() {
        return stores().stream().flatMap(store -> store.prefix().stream()).collect(Collectors.toUnmodifiableSet());
    }

    private Optional<RegisteredStore> find(String prefix) {
        // A reference is the greater, the higher its ranking and the older its service (OSGi Core section 5.2.5).
        return stores().stream()
                .filter(store -> store.prefix().filter(prefix::equals).isPresent())
                .max(Comparator.comparing(RegisteredStore::reference));
    }

    /** Asks for a secret and returns at once. Who does not wait any longer completes the answer. */
    CompletableFuture<StoreAnswer> ask(SecretLocator locator) {
        Optional<RegisteredStore> store = find(locator.prefix());
        if (store.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new StoreAnswer.Failed("there is no token store for " + locator.prefix()));
        }
        StoreCall call = new StoreCall(store.get(), locator);
        open.add(call);
        CompletableFuture<StoreAnswer> answer = call.whenComplete((outcome, none) -> {
            open.remove(call);
            store.get().count(outcome, nanos.getAsLong());
        });
        if (closed) {
            giveUp(call);
        } else {
            store.get().begin(call);
        }
        return answer;
    }

    /** The name of the bundle that would be asked. */
    Optional<String> provider(String prefix) {
        return find(prefix).map(RegisteredStore::provider);
    }

    /** How each store does, one line each, by prefix. */
    List<String> describe() {
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

    /** Sets another timeout, also for calls that run. */
    void configure(Duration next) {
        timeout = next;
    }

    private static void giveUp(StoreCall call) {
        call.giveUp("token stores are being stopped");
    }

    /** Interrupts every call and does not wait for it. */
    @Override
    public void close() {
        closed = true;
        ServiceWithdrawal.removeListener(bundle, events);
        open.forEach(StoreRegistry::giveUp);
        sweeper.shutdownNow();
        synchronized (this) {
            known.values().forEach(RegisteredStore::release);
            known.clear();
        }
    }
}
