package id.lum.goplugin.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.tokenstore.TokenStore;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.ThreadTimer;
import id.lum.support.plugin.PluginSearch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins that lie in the folders, each a service. It looks into the folders now and then, so that a plugin that is
 * put there, exchanged or taken away is noticed.
 */
final class PluginSet implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginSet.class);

    /** A prefix as a service, and who answers it. Changed under the lock, and read by a stop that cannot wait. */
    private static final class Served {
        private final PluginStore store;
        private final ServiceRegistration<TokenStore> registration;
        private volatile PluginSupervisor serving;
        /** What takes its place once it serves. */
        private volatile Optional<PluginSupervisor> coming = Optional.empty();

        Served(PluginStore store, ServiceRegistration<TokenStore> registration, PluginSupervisor serving) {
            this.store = store;
            this.registration = registration;
            this.serving = serving;
        }

        /** What the settings wanted last. */
        PluginSpec spec() {
            return coming.orElse(serving).spec();
        }

        Stream<PluginSupervisor> supervisors() {
            return Stream.concat(Stream.of(serving), coming.stream());
        }
    }

    private final BundleContext bundle;
    private final PluginStarter starter;
    private final PluginSearch search;
    private final ThreadTimer timer = new ThreadTimer("lumid-goplugin scan");
    /** Held while plugins come and go, by the delivery of the configuration or by the timer. */
    private final ReentrantLock lock = new ReentrantLock();
    // Changed under the lock; read without it by a stop that cannot wait.
    private final Map<String, Served> published = new ConcurrentSkipListMap<>();
    private volatile boolean closed;
    // Guarded by the lock.
    private GoPluginSettings settings;

    /** @param folder in which nobody else works */
    PluginSet(BundleContext bundle, WorkFolder folder, GoPluginSettings settings) {
        this.bundle = bundle;
        this.search =
                new PluginSearch(GoPluginSettings.PID, PluginPlatform.current().suffix(), folder::checkPermissions);
        this.settings = settings;
        this.starter = new PluginStarter(folder, System.getenv());
        try {
            apply(settings);
            scanLater();
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    /** Starts and ends what the settings ask for; what they leave as it is goes on. */
    void apply(GoPluginSettings next) {
        lock.lock();
        try {
            settings = next;
            if (!closed) {
                scan();
            }
        } finally {
            lock.unlock();
        }
    }

    private void scanLater() {
        timer.after(settings.scanPause(), this::scanNow);
    }

    private void scanNow() {
        lock.lock();
        try {
            if (!closed) {
                scan();
            }
        } finally {
            // Whatever failed may be over next time.
            if (!closed) {
                scanLater();
            }
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void scan() {
        PluginSearch.Result result = search.find(settings.roots(), settings.checksums());
        Map<String, PluginSpec> wanted = new TreeMap<>();
        result.plugins().forEach((prefix, plugin) -> wanted.put(prefix, settings.spec(plugin)));
        published.forEach((prefix, served) -> {
            if (result.isUnknown(served.spec().file()) && isStillAccepted(served)) {
                wanted.put(prefix, served.spec());
            }
        });
        List<PluginSupervisor> leaving = new ArrayList<>();
        try {
            follow(wanted, leaving);
        } finally {
            end(leaving, StopDeadline.unhurried());
        }
    }

    private void follow(Map<String, PluginSpec> wanted, List<PluginSupervisor> leaving) {
        published.forEach((prefix, served) -> {
            if (!wanted.containsKey(prefix)) {
                LOG.info("There is no store for {} any more.", prefix);
                published.remove(prefix);
                ServiceWithdrawal.unregister(served.registration);
                served.supervisors().forEach(leaving::add);
            }
        });
        wanted.forEach((prefix, spec) -> {
            if (!published.containsKey(prefix)) {
                publish(spec);
            } else if (!published.get(prefix).spec().equals(spec) && !isOtherContent(published.get(prefix), spec)) {
                replace(published.get(prefix), spec, leaving);
            }
        });
    }

    /** Also a plugin whose file cannot be looked at ends if its checksum is withdrawn. */
    private boolean isStillAccepted(Served served) {
        return Optional.ofNullable(settings.checksums().get(served.spec().prefix()))
                .filter(checksum -> checksum.equals(served.spec().checksum()) || served.serving.isServing(checksum))
                .isPresent();
    }

    /**
     * Whether a file was exchanged, or is being written, and its content is not the one that the settings want. The
     * plugin that was there goes on, from its copy.
     */
    private boolean isOtherContent(Served served, PluginSpec next) {
        PluginSpec old = served.spec();
        String about = next.prefix() + " exchanged";
        if (!old.version().equals(next.version()) && old.checksum().equals(next.checksum())) {
            try {
                String actual = search.sha256(next.file().path());
                if (!next.checksum().accepts(actual)) {
                    search.complain(
                            about,
                            "The plugin "
                                    + LogSafe.whole(next.file().path().toString())
                                    + " was exchanged, and is not run: its SHA-256 is " + actual
                                    + ", and not the one of the setting sha256. "
                                    + (served.serving.isServing(old.checksum())
                                            ? "The former one goes on."
                                            : "The former one does not serve."));
                    return true;
                }
            } catch (IOException beingWritten) {
                LOG.debug("{}: its plugin cannot be read now.", next.prefix(), beingWritten);
                return true;
            }
        }
        search.isMended(about);
        return false;
    }

    private void publish(PluginSpec spec) {
        PluginSupervisor supervisor = new PluginSupervisor(spec, starter, serves -> {});
        PluginStore store = new PluginStore(supervisor);
        ServiceRegistration<TokenStore> registration = bundle.registerService(
                TokenStore.class, store, new Hashtable<>(Map.of(TokenStore.PREFIX, spec.prefix())));
        try {
            open(supervisor);
        } catch (RuntimeException | Error noThread) {
            ServiceWithdrawal.unregister(registration);
            throw noThread;
        }
        published.put(spec.prefix(), new Served(store, registration, supervisor));
    }

    private void open(PluginSupervisor supervisor) {
        LOG.info(
                "{}: the plugin {} is started.",
                supervisor.spec().prefix(),
                LogSafe.whole(supervisor.spec().file().path().toString()));
        supervisor.open();
    }

    /** The old one serves until the new one does, unless the settings do not accept it any more. */
    private void replace(Served served, PluginSpec spec, List<PluginSupervisor> leaving) {
        served.coming.ifPresent(leaving::add);
        served.coming = Optional.empty();
        if (served.serving.spec().equals(spec)) {
            return;
        }
        PluginSupervisor next = new PluginSupervisor(
                spec, starter, serves -> timer.after(Duration.ZERO, () -> switchOver(served, serves)));
        open(next);
        served.coming = Optional.of(next);
        if (!served.serving.isServing(spec.checksum())) {
            leaving.add(switchToComing(served));
        }
    }

    /** By the timer, once the plugin that is coming serves. */
    private void switchOver(Served served, PluginSupervisor serves) {
        lock.lock();
        try {
            if (!closed && served.coming.filter(serves::equals).isPresent()) {
                end(List.of(switchToComing(served)), StopDeadline.unhurried());
            }
        } finally {
            lock.unlock();
        }
    }

    private static PluginSupervisor switchToComing(Served served) {
        PluginSupervisor former = served.serving;
        served.serving = served.coming.orElseThrow();
        served.coming = Optional.empty();
        served.store.use(served.serving);
        return former;
    }

    /** All at once, because each may take its time. */
    private static void end(List<PluginSupervisor> leaving, StopDeadline deadline) {
        leaving.forEach(one -> one.beginClose(deadline));
        leaving.forEach(one -> one.close(deadline));
    }

    @Override
    public void close(StopDeadline deadline) {
        closed = true;
        timer.close();
        // A look into folders that do not answer is not waited for until the end.
        boolean locked = deadline.part(2).await(nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS));
        try {
            published.values().forEach(served -> ServiceWithdrawal.unregister(served.registration));
            end(published.values().stream().flatMap(Served::supervisors).toList(), deadline);
            published.clear();
        } finally {
            if (locked) {
                lock.unlock();
            } else {
                LOG.error("A look into the folders of plugins does not end.");
            }
        }
    }
}
