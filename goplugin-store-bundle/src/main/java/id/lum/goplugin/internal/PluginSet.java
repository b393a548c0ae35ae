package id.lum.goplugin.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.tokenstore.TokenStore;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.ThreadTimer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** The SHA-256 of a file that is not run, so that it is not worked out at every look. */
    private record Content(FileVersion version, String sha256) {}

    private final BundleContext bundle;
    private final PluginStarter starter;
    private final WorkFolder folder;
    private final PluginDiscovery discovery = new PluginDiscovery(PluginPlatform.current());
    private final ThreadTimer timer = new ThreadTimer("lumid-goplugin scan");
    /** Held while plugins come and go, by the delivery of the configuration or by the timer. */
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock, as what follows.
    private final Map<String, Published> published = new TreeMap<>();
    private final Map<String, String> lastComplaints = new HashMap<>();
    private final Map<Path, Content> contents = new HashMap<>();
    private GoPluginSettings settings;
    private boolean closed;

    /** @param folder in which nobody else works */
    PluginSet(BundleContext bundle, WorkFolder folder, GoPluginSettings settings) {
        this.bundle = bundle;
        this.folder = folder;
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
        Map<String, PluginFile> found;
        try {
            found = discovery.find(settings.roots());
        } catch (IOException unreadable) {
            complain(
                    "",
                    "A folder of plugins cannot be read ("
                            + unreadable.getClass().getSimpleName() + "). What runs goes on; others are not found.");
            return;
        }
        lastComplaints.remove("");
        Map<String, PluginSpec> wanted = new TreeMap<>();
        found.forEach((prefix, file) -> spec(file).ifPresent(spec -> wanted.put(prefix, spec)));
        complainOfMissing(found.keySet());
        replace(wanted);
    }

    private Optional<PluginSpec> spec(PluginFile file) {
        String name = "The plugin " + LogSafe.whole(file.path().toString()) + " for " + file.prefix();
        try {
            folder.checkPermissions(file);
            Optional<PluginSpec> spec = settings.spec(file, FileVersion.of(file.path()));
            if (spec.isEmpty()) {
                complainOfNoChecksum(file, name);
            }
            return spec;
        } catch (PluginRefused refused) {
            complain(file.prefix(), name + " is not run: " + refused.getMessage() + ".");
        } catch (IOException unreadable) {
            complain(
                    file.prefix(),
                    name + " cannot be read (" + unreadable.getClass().getSimpleName()
                            + "). If a process of it runs, that goes on.");
            return Optional.ofNullable(published.get(file.prefix())).map(Published::spec);
        }
        return Optional.empty();
    }

    private void complainOfNoChecksum(PluginFile file, String name) throws IOException {
        complain(
                file.prefix(),
                name + " is not run: " + GoPluginSettings.PID
                        + ": sha256 has no checksum for it. If you trust the file, add \"" + file.prefix() + " "
                        + sha256(file.path()) + "\".");
    }

    private String sha256(Path file) throws IOException {
        FileVersion version = FileVersion.of(file);
        Content known = contents.get(file);
        if (known == null || !known.version().equals(version)) {
            contents.put(file, new Content(version, WorkFolder.sha256(file.toRealPath())));
        }
        return contents.get(file).sha256();
    }

    private void complainOfMissing(Set<String> found) {
        Set<String> missing = new TreeSet<>(settings.checksums().keySet());
        missing.removeAll(found);
        missing.forEach(prefix -> complain(
                prefix,
                "There is no plugin for " + prefix + ", for which " + GoPluginSettings.PID
                        + ": sha256 has a checksum, in any folder of plugins."));
    }

    /** Once, until it is about something else. */
    private void complain(String about, String sentence) {
        if (!sentence.equals(lastComplaints.put(about, sentence))) {
            LOG.error(sentence);
        }
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
            String actual = sha256(next.file().path());
            if (next.checksum().accepts(actual)) {
                return false;
            }
            complain(
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
