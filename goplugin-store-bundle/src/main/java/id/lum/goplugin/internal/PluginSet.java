package id.lum.goplugin.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.tokenstore.TokenStore;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.ThreadTimer;
import id.lum.support.plugin.PluginSearch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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

    private record Published(PluginSupervisor supervisor, ServiceRegistration<TokenStore> registration) {
        PluginSpec spec() {
            return supervisor.spec();
        }
    }

    private final BundleContext bundle;
    private final PluginStarter starter;
    private final PluginSearch search;
    private final ThreadTimer timer = new ThreadTimer("lumid-goplugin scan");
    /** Held while plugins come and go, by the delivery of the configuration or by the timer. */
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock, as what follows.
    private final Map<String, Published> published = new TreeMap<>();
    private GoPluginSettings settings;
    private boolean closed;

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
            scan();
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
        search.find(settings.roots(), settings.checksums()).ifPresent(result -> {
            Map<String, PluginSpec> wanted = new TreeMap<>();
            result.plugins().forEach((prefix, plugin) -> wanted.put(prefix, settings.spec(plugin)));
            published.forEach((prefix, running) -> {
                if (result.unreadable().contains(prefix)) {
                    wanted.put(prefix, running.spec());
                }
            });
            replace(wanted);
        });
    }

    private void replace(Map<String, PluginSpec> wanted) {
        List<Published> leaving = new ArrayList<>();
        for (String prefix : new TreeSet<>(published.keySet())) {
            Published old = published.get(prefix);
            PluginSpec spec = wanted.get(prefix);
            if (spec == null) {
                LOG.info("There is no store for {} any more.", prefix);
                published.remove(prefix);
                leaving.add(old);
            } else if (!old.spec().equals(spec) && !isOtherContent(old.spec(), spec)) {
                // The new one is there before the old one leaves.
                published.put(prefix, publish(spec));
                leaving.add(old);
            }
        }
        wanted.forEach((prefix, spec) -> published.computeIfAbsent(prefix, come -> publish(spec)));
        end(leaving, StopDeadline.unhurried());
    }

    /**
     * Whether a file was exchanged, or is being written, and its content is not the one that the settings want. The
     * process of the file that was there goes on.
     */
    private boolean isOtherContent(PluginSpec old, PluginSpec next) {
        if (old.version().equals(next.version()) || !old.checksum().equals(next.checksum())) {
            return false;
        }
        try {
            String actual = search.sha256(next.file().path());
            if (next.checksum().accepts(actual)) {
                return false;
            }
            search.complain(
                    next.prefix(),
                    "The plugin " + LogSafe.whole(next.file().path().toString())
                            + " was exchanged, and is not run: its SHA-256 is " + actual
                            + ", and not the one of the setting sha256. The process of the former file goes on.");
        } catch (IOException beingWritten) {
            LOG.debug("{}: its plugin cannot be read now.", next.prefix(), beingWritten);
        }
        return true;
    }

    private Published publish(PluginSpec spec) {
        PluginSupervisor supervisor = new PluginSupervisor(spec, starter);
        ServiceRegistration<TokenStore> registration = bundle.registerService(
                TokenStore.class,
                new PluginStore(supervisor),
                new Hashtable<>(Map.of(TokenStore.PREFIX, spec.prefix())));
        try {
            supervisor.open();
        } catch (Error noThread) {
            ServiceWithdrawal.unregister(registration);
            throw noThread;
        }
        LOG.info(
                "{} has a store: the plugin {}.",
                spec.prefix(),
                LogSafe.whole(spec.file().path().toString()));
        return new Published(supervisor, registration);
    }

    /** All at once, because each may take its time. */
    private static void end(List<Published> leaving, StopDeadline deadline) {
        leaving.forEach(one -> ServiceWithdrawal.unregister(one.registration()));
        leaving.forEach(one -> one.supervisor().beginClose(deadline));
        leaving.forEach(one -> one.supervisor().close(deadline));
    }

    @Override
    public void close(StopDeadline deadline) {
        timer.close();
        if (!deadline.await(nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS))) {
            LOG.error("Plugins are left running: a look into their folders does not end.");
            return;
        }
        try {
            closed = true;
            end(List.copyOf(published.values()), deadline);
            published.clear();
        } finally {
            lock.unlock();
        }
    }
}
