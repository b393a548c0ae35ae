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
    /** Held while modules come and go, and not while one is loaded. */
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock, as what follows.
    private final Map<String, Published> published = new TreeMap<>();
    /** What the folders and the settings want to be served, as of the last look. */
    private final Map<String, ModuleSpec> wanted = new TreeMap<>();
    /** Of what is not served yet, or was refused. */
    private final Map<String, LoadAttempt> attempts = new TreeMap<>();

    /**
     * Modules that are looked for from now on.
     *
     * @param heap of which each of them takes a share
     * @param environment of which a module gets what its rules allow
     */
    ModuleSet(
            BundleContext bundle,
            FilePermissionCheck permissions,
            HeapBudget heap,
            Map<String, String> environment,
            WasiStoreSettings settings) {
        this.bundle = bundle;
        this.environment = Map.copyOf(environment);
        this.search = new PluginSearch(WasiStoreSettings.PID, SUFFIX, permissions::check);
        this.loader = new ModuleLoader(permissions, heap, threads);
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
        PluginSearch.Result result = search.find(now.roots(), now.checksums());
        Set<String> there = new TreeSet<>(result.plugins().keySet());
        // A module goes on whose file cannot be looked at, unless its checksum was withdrawn.
        wanted.values().stream()
                .map(ModuleSpec::found)
                .filter(found -> result.isUnknown(found.file())
                        && found.checksum()
                                .equals(now.checksums().get(found.file().prefix())))
                .forEach(found -> there.add(found.file().prefix()));
        wanted.keySet().retainAll(there);
        attempts.values()
                .removeIf(attempt ->
                        !attempt.isUnderWay() && !there.contains(attempt.spec().prefix()));
        new TreeSet<>(published.keySet())
                .stream().filter(prefix -> !there.contains(prefix)).forEach(this::withdraw);
        result.plugins().values().forEach(plugin -> serve(now.spec(plugin, environment)));
    }

    private void serve(ModuleSpec spec) {
        String prefix = spec.prefix();
        wanted.put(prefix, spec);
        Optional<LoadAttempt> last = Optional.ofNullable(attempts.get(prefix));
        boolean served = Optional.ofNullable(published.get(prefix))
                .filter(one -> one.store().module().spec().equals(spec))
                .isPresent();
        if (served || last.filter(one -> !one.allows(spec, System.nanoTime())).isPresent()) {
            return;
        }
        // It cannot end before the lock is free. At the limit of threads there is no attempt.
        threads.execute(() -> load(spec));
        attempts.put(
                prefix,
                LoadAttempt.underWay(spec, last.map(one -> one.failuresOf(spec)).orElse(0)));
    }

    /** On a thread of its own: it may take long, and the other modules do not wait. */
    private void load(ModuleSpec spec) {
        try {
            ServedModule loaded = loader.load(spec);
            if (!end(spec, () -> loaded(loaded))) {
                loaded.close();
            }
        } catch (ModuleRefused unfit) {
            end(spec, () -> {
                attempts.computeIfPresent(spec.prefix(), (prefix, attempt) -> attempt.refused());
                refuse(spec, unfit.getMessage() + ".");
            });
        } catch (ModuleLoadFailed failed) {
            end(spec, () -> failed(spec, failed.getMessage()));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * An attempt has ended.
     *
     * @param outcome takes effect if the module is still wanted like this
     * @return whether it is
     */
    private boolean end(ModuleSpec spec, Runnable outcome) {
        lock.lock();
        try {
            boolean current = !closed && spec.equals(wanted.get(spec.prefix()));
            if (current) {
                outcome.run();
            } else {
                attempts.remove(spec.prefix());
                timer.after(Duration.ZERO, this::scan);
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    private void loaded(ServedModule module) {
        ModuleSpec spec = module.spec();
        attempts.remove(spec.prefix());
        Optional<Published> old = Optional.ofNullable(published.get(spec.prefix()));
        if (old.isPresent()) {
            old.get().store().exchange(module).close();
        } else {
            publish(module);
        }
        LOG.info(
                "{} has a store: the module {}, {}.",
                spec.prefix(),
                LogSafe.whole(spec.found().file().path().toString()),
                module.description());
    }

    /** The first failure in a row is logged. */
    private void failed(ModuleSpec spec, String why) {
        LoadAttempt attempt = attempts.get(spec.prefix()).failed(System.nanoTime());
        attempts.put(spec.prefix(), attempt);
        if (attempt.failures() == 1) {
            refuse(spec, why + ". It is tried again.");
        }
    }

    /** A module whose file alone was exchanged goes on: what it was allowed to do has not changed. */
    private void refuse(ModuleSpec spec, String why) {
        Optional<Published> old = Optional.ofNullable(published.get(spec.prefix()));
        boolean goesOn = old.filter(one -> one.store().module().spec().differsInFileOnly(spec))
                .isPresent();
        LOG.error(
                "The module {} for {} is not run: {}{}",
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
        Published gone = published.remove(prefix);
        ServiceWithdrawal.unregister(gone.registration());
        gone.store().module().close();
        LOG.info("There is no store for {} any more.", prefix);
    }

    @Override
    public void close(StopDeadline deadline) {
        closed = true;
        timer.close();
        if (!deadline.await(nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS))) {
            LOG.error("Modules are left running: a look into their folders does not end.");
            return;
        }
        try {
            published.values().forEach(one -> {
                ServiceWithdrawal.unregister(one.registration());
                one.store().module().close();
            });
            published.clear();
        } finally {
            lock.unlock();
        }
        // A module that is being loaded is given up.
        threads.shutdownNow();
        if (!deadline.await(threads)) {
            LOG.error("A call of a module is left running: it does not end.");
        }
    }
}
