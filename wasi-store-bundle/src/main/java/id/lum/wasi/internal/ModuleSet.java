package id.lum.wasi.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.tokenstore.TokenStore;
import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.ThreadTimer;
import id.lum.support.plugin.FilePermissionCheck;
import id.lum.support.plugin.PluginSearch;
import java.io.IOException;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The modules that lie in the folders, each a service. It looks into the folders now and then, on a thread of its own,
 * so that a module that is put there, exchanged or taken away is noticed.
 */
final class ModuleSet implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(ModuleSet.class);
    private static final String SUFFIX = ".wasm";

    private record Published(ModuleStore store, ServiceRegistration<TokenStore> registration) {}

    private final BundleContext bundle;
    private final Map<String, String> environment;
    private final PluginSearch search;
    private final ModuleLoader loader;
    private final ExecutorService threads = Executors.newCachedThreadPool(new NamedThreads("lumid-wasi call"));
    private final ThreadTimer timer = new ThreadTimer("lumid-wasi scan");
    private volatile WasiStoreSettings settings;
    private volatile boolean closed;
    /** Held while modules come and go. */
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock, as what follows.
    private final Map<String, Published> published = new TreeMap<>();
    /** What was refused; it is tried again when it changes. */
    private final Map<String, ModuleSpec> refused = new TreeMap<>();
    /** What could not be read; it is tried again every time, and logged once. */
    private final Map<String, ModuleSpec> unreadable = new TreeMap<>();

    /** @param environment of which a module gets what its rules allow */
    ModuleSet(
            BundleContext bundle,
            FilePermissionCheck permissions,
            Map<String, String> environment,
            WasiStoreSettings settings) {
        this.bundle = bundle;
        this.environment = Map.copyOf(environment);
        this.search = new PluginSearch(WasiStoreSettings.PID, SUFFIX, permissions::check);
        this.loader = new ModuleLoader(permissions, threads);
        this.settings = settings;
        timer.after(Duration.ZERO, this::scanForEver);
    }

    /** Has modules loaded, exchanged and withdrawn as the settings want it, and returns at once. */
    void apply(WasiStoreSettings next) {
        settings = next;
        timer.after(Duration.ZERO, this::scan);
    }

    private void scanForEver() {
        try {
            scan();
        } finally {
            // Whatever failed may be over next time.
            timer.after(settings.scanPause(), this::scanForEver);
        }
    }

    private void scan() {
        lock.lock();
        try {
            if (!closed) {
                scan(settings);
            }
        } finally {
            lock.unlock();
        }
    }

    private void scan(WasiStoreSettings now) {
        search.find(now.roots(), now.checksums()).ifPresent(result -> {
            Set<String> there = new TreeSet<>(result.plugins().keySet());
            there.addAll(result.unreadable());
            refused.keySet().retainAll(there);
            new TreeSet<>(published.keySet())
                    .stream().filter(prefix -> !there.contains(prefix)).forEach(this::withdraw);
            result.plugins().values().forEach(plugin -> serve(now.spec(plugin, environment)));
        });
    }

    private void serve(ModuleSpec spec) {
        Optional<Published> old = Optional.ofNullable(published.get(spec.prefix()));
        if (closed
                || spec.equals(refused.get(spec.prefix()))
                || old.filter(one -> one.store().module().spec().equals(spec)).isPresent()) {
            return;
        }
        Optional<ServedModule> loaded = load(spec, old);
        if (closed || loaded.isEmpty()) {
            return;
        }
        if (old.isPresent()) {
            old.get().store().exchange(loaded.get());
        } else {
            publish(loaded.get());
        }
        LOG.info(
                "{} has a store: the module {}, {}.",
                spec.prefix(),
                LogSafe.whole(spec.found().file().path().toString()),
                loaded.get().description());
    }

    private Optional<ServedModule> load(ModuleSpec spec, Optional<Published> old) {
        try {
            ServedModule loaded = loader.load(spec);
            refused.remove(spec.prefix());
            unreadable.remove(spec.prefix());
            return Optional.of(loaded);
        } catch (ModuleRefused unfit) {
            refused.put(spec.prefix(), spec);
            refuse(spec, old, unfit.getMessage());
        } catch (IOException failed) {
            if (!spec.equals(unreadable.put(spec.prefix(), spec))) {
                refuse(spec, old, "it cannot be read (" + failed.getClass().getSimpleName() + ")");
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /** A module whose file alone was exchanged goes on: what it was allowed to do has not changed. */
    private void refuse(ModuleSpec spec, Optional<Published> old, String why) {
        boolean goesOn = old.filter(one -> one.store().module().spec().differsInFileOnly(spec))
                .isPresent();
        LOG.error(
                "The module {} for {} is not run: {}.{}",
                LogSafe.whole(spec.found().file().path().toString()),
                spec.prefix(),
                why,
                goesOn ? " The one that was loaded before goes on." : "");
        if (!goesOn && old.isPresent()) {
            withdraw(spec.prefix());
        }
    }

    private void publish(ServedModule module) {
        ModuleStore store = new ModuleStore(module);
        String prefix = module.spec().prefix();
        published.put(
                prefix,
                new Published(
                        store,
                        bundle.registerService(
                                TokenStore.class, store, new Hashtable<>(Map.of(TokenStore.PREFIX, prefix)))));
    }

    private void withdraw(String prefix) {
        ServiceWithdrawal.unregister(published.remove(prefix).registration());
        LOG.info("There is no store for {} any more.", prefix);
    }

    @Override
    public void close(StopDeadline deadline) {
        closed = true;
        // A module that is being loaded is given up.
        timer.close();
        if (!deadline.await(nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS))) {
            LOG.error("Modules are left running: a look into their folders does not end.");
            return;
        }
        try {
            published.values().forEach(one -> ServiceWithdrawal.unregister(one.registration()));
            published.clear();
        } finally {
            lock.unlock();
        }
        threads.shutdownNow();
        if (!deadline.await(threads)) {
            LOG.error("A call of a module is left running: it does not end.");
        }
    }
}
