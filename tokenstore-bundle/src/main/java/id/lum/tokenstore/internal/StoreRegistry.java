package id.lum.tokenstore.internal;

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
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;

/**
 * Asks the stores that are registered. Which these are is read from the service registry each time: events may come
 * late or in another order, so they only tell that something changed. Of several stores with one prefix the one with
 * the highest service ranking is asked. Safe for many threads.
 */
final class StoreRegistry implements AutoCloseable {
    private static final long SWEEP_MS = 100;

    private final BundleContext bundle;
    private final LongSupplier nanos;
    private final ThreadFactory threads;
    private final ScheduledThreadPoolExecutor sweeper;
    private final Set<StoreCall> calls = ConcurrentHashMap.newKeySet();
    private final Map<ServiceReference<TokenStore>, RegisteredStore> known = new HashMap<>();
    private final ServiceListener events;
    private volatile Duration timeout = TokenStoreSettings.NONE.callTimeout();

    /** @param afterChange run by any thread when a store has come, left or changed; returns at once */
    StoreRegistry(BundleContext bundle, LongSupplier nanos, ThreadFactory threads, Runnable afterChange) {
        this.bundle = bundle;
        this.nanos = nanos;
        this.threads = threads;
        sweeper = new ScheduledThreadPoolExecutor(1, threads);
        events = event -> {
            if (event.getType() == ServiceEvent.MODIFIED) {
                changed(event.getServiceReference());
            }
            afterChange.run();
        };
    }

    /** Begins to ask, and to tell of changes. */
    void open() {
        sweeper.scheduleWithFixedDelay(this::giveUpLateCalls, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
        try {
            bundle.addServiceListener(events, "(" + Constants.OBJECTCLASS + "=" + TokenStore.class.getName() + ")");
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A periodic task that throws would not run again, and then nothing would end a call that hangs. */
    private void giveUpLateCalls() {
        try {
            calls.forEach(call -> call.giveUpIfLate(timeout));
        } catch (Throwable triedAgainAtOnce) {
            // For want of memory, which a line in the log needs, too.
        }
    }

    synchronized void changed(ServiceReference<?> reference) {
        Optional.ofNullable(known.get(reference)).ifPresent(RegisteredStore::changed);
    }

    /** The first of a prefix is the one to ask (OSGi Core section 5.2.5). */
    private synchronized List<RegisteredStore> stores() {
        try {
            Collection<ServiceReference<TokenStore>> present = bundle.getServiceReferences(TokenStore.class, null);
            known.values().stream()
                    .filter(store -> !present.contains(store.reference()))
                    .forEach(RegisteredStore::release);
            known.keySet().retainAll(present);
            present.forEach(
                    one -> known.computeIfAbsent(one, first -> new RegisteredStore(bundle, first, nanos, threads)));
            return known.values().stream()
                    .sorted(Comparator.comparing(RegisteredStore::reference).reversed())
                    .toList();
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Set<String> prefixes() {
        return stores().stream()
                .map(RegisteredStore::prefix)
                .filter(prefix -> !prefix.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private Optional<RegisteredStore> find(String prefix) {
        return stores().stream().filter(store -> store.prefix().equals(prefix)).findFirst();
    }

    /** Equal for as long as one and the same store is asked for a prefix, and has not changed. */
    Optional<Object> version(String prefix) {
        return find(prefix).map(RegisteredStore::version);
    }

    /** Asks for a secret and returns at once. */
    CompletableFuture<StoreAnswer> ask(SecretLocator locator) {
        Optional<RegisteredStore> store = find(locator.prefix());
        if (store.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new StoreAnswer.Failed("there is no token store for " + locator.prefix()));
        }
        StoreCall call = new StoreCall(store.get(), locator, calls);
        if (sweeper.isShutdown()) {
            giveUp(call);
        } else {
            store.get().begin(call);
        }
        return call;
    }

    /** The name of the bundle that would be asked. */
    Optional<String> provider(String prefix) {
        return find(prefix).map(RegisteredStore::provider);
    }

    /** How each store does, one line each, by prefix. */
    List<String> describe() {
        return stores().stream()
                .filter(store -> !store.prefix().isEmpty())
                .sorted(Comparator.comparing(RegisteredStore::prefix))
                .map(store -> store.prefix() + "  " + store.provider()
                        + (find(store.prefix()).filter(store::equals).isPresent()
                                ? ""
                                : " (not asked: another has its prefix)")
                        + "  " + store.describe())
                .toList();
    }

    /** Sets how long a store may take for an answer, also for calls that run. */
    void configure(Duration next) {
        timeout = next;
    }

    private static void giveUp(StoreCall call) {
        call.giveUp("token stores are being stopped");
    }

    /** Interrupts every call and does not wait for it. */
    @Override
    public void close() {
        ServiceWithdrawal.removeListener(bundle, events);
        sweeper.shutdownNow();
        calls.forEach(StoreRegistry::giveUp);
        synchronized (this) {
            known.values().forEach(RegisteredStore::release);
            known.clear();
        }
    }
}
