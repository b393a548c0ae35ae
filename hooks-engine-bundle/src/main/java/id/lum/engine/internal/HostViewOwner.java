package id.lum.engine.internal;

import id.lum.hooks.LogSafe;
import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import id.lum.support.config.SingletonConfiguration;
import id.lum.support.lifecycle.StopDeadline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what one configuration {@code id.lum.hooks.host~...} asks for: the view of a host. A refused configuration
 * leaves the last good one in force, or no view at all if there was none.
 */
public final class HostViewOwner
        implements SingletonConfiguration.Owner,
                ConfiguredOwner.Target<HostViewConfiguration, HostSettings>,
                HostReservations.Requester,
                HookKinds.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(HostViewOwner.class);

    private final BundleContext bundle;
    private final HostReservations reservations;
    private final HookKinds kinds;
    private final ConfiguredOwner<HostViewConfiguration, HostSettings> configuration =
            new ConfiguredOwner<>(HostViewConfiguration.class, HostViewConfiguration.PID, this);
    // Written under the lock: the delivery of the configuration calls in here, and the owner of a host that has become
    // free. Components of hosts run under it while a view is published or withdrawn, and may wait for a hook. So a
    // bundle
    // that declares a kind must not wait for the lock: it reads these two without, and refused is false meanwhile.
    private volatile Optional<PublishedView> view = Optional.empty();
    private volatile boolean refused;
    // Guarded by this.
    private Map<String, Object> latest = Map.of();
    private boolean closed;

    /**
     * Publishes the view, or says why not.
     *
     * @param bundle this bundle
     * @param reservations which hosts are taken
     * @param kinds what can be required
     * @param properties the configuration
     */
    public HostViewOwner(
            BundleContext bundle, HostReservations reservations, HookKinds kinds, Map<String, Object> properties) {
        this.bundle = bundle;
        this.reservations = reservations;
        this.kinds = kinds;
        kinds.addListener(this);
        try {
            apply(properties);
        } catch (RuntimeException | Error failed) {
            // The caller gets no reference, so the host that was taken is released here.
            close();
            throw failed;
        }
    }

    @Override
    public void apply(Map<String, Object> properties) {
        synchronized (this) {
            latest = Map.copyOf(properties);
        }
        applyLatest();
    }

    /** The configuration may have changed in the meantime. */
    @Override
    public void hostReleased() {
        applyLatest();
    }

    private void applyLatest() {
        // Outside the lock: the owner that has the host, or waits for it, takes its own lock.
        Optional<HostReservations.Request> request = request();
        try {
            Optional<HostReservations.Request> displacing = request.filter(reservations::displace);
            applied().ifPresent(old -> reservations.release(old.host(), old.pid()));
            // The configuration may have changed, or gone, between the two.
            releaseUnserved(displacing);
        } catch (RuntimeException | Error failed) {
            releaseUnserved(request);
            throw failed;
        }
    }

    /** A hook that is there may be of the new kind, and a configuration that was refused may require it. */
    @Override
    public void kindDeclared() {
        view.ifPresent(PublishedView::rescan);
        if (refused) {
            applyLatest();
        }
    }

    private void releaseUnserved(Optional<HostReservations.Request> requested) {
        requested
                .filter(request -> !serves(request.host()))
                .ifPresent(request -> reservations.release(request.host(), request.pid()));
    }

    private synchronized Optional<HostReservations.Request> request() {
        if (closed) {
            return Optional.empty();
        }
        try {
            return Optional.of(request(HostSettings.parse(latest(), kinds.ids())));
        } catch (SettingRefused loggedWhenItIsApplied) {
            return Optional.empty();
        }
    }

    private DeclaredSettings<HostViewConfiguration> latest() {
        return DeclaredSettings.of(HostViewConfiguration.class, HostViewConfiguration.PID, latest);
    }

    private HostReservations.Request request(HostSettings settings) {
        return new HostReservations.Request(settings.host(), settings.pid(), settings.origin(), this);
    }

    private synchronized boolean serves(String host) {
        return view.filter(now -> now.settings().host().equals(host)).isPresent();
    }

    @Override
    public void hostDisplaced(String host) {
        synchronized (this) {
            if (serves(host)) {
                refused = false;
                closeView();
            }
        }
        applyLatest();
    }

    /** Returns the settings whose host is no longer this configuration's, if there are such. */
    private synchronized Optional<HostSettings> applied() {
        if (closed) {
            return Optional.empty();
        }
        Optional<HostSettings> before = view.map(PublishedView::settings);
        List<String> known;
        do {
            known = kinds.ids();
            refused = false;
            refused = !configuration.tryApply(latest);
            // Whoever declared a kind meanwhile has not seen the refusal.
        } while (refused && !known.equals(kinds.ids()));
        return before.filter(old -> !serves(old.host()));
    }

    @Override
    public HostSettings parse(DeclaredSettings<HostViewConfiguration> given) {
        return HostSettings.parse(given, kinds.ids());
    }

    /** Takes the host first, before the view is published or changed. */
    @Override
    public synchronized void apply(HostSettings settings) {
        takeHost(settings);
        if (serves(settings.host())) {
            view.orElseThrow().apply(settings);
        } else {
            // In this order: if it cannot be made, the last one stays.
            PublishedView next = new PublishedView(
                    bundle, settings, kinds, System::nanoTime, reservations.openAccess(settings.host()));
            view.map(PublishedView::settings)
                    .ifPresent(old -> LOG.warn(
                            "{}: the view of the host {} is withdrawn, because this configuration names the host {} now.{}",
                            settings.origin(),
                            LogSafe.of(old.host()),
                            LogSafe.of(settings.host()),
                            next.hasHooks()
                                    ? ""
                                    : " No hook is registered for that host; look whether the name is right."));
            closeView();
            view = Optional.of(next);
            // For a kind that was declared while the view was published.
            next.rescan();
        }
        if (settings.open()) {
            LOG.warn(
                    "{}: access is open. Everybody is administrator until an identity or permission hook is seen.",
                    LogSafe.of(settings.host()));
        }
    }

    /** @throws SettingRefused if another configuration has the host */
    private void takeHost(HostSettings settings) {
        reservations.take(request(settings)).ifPresent(other -> {
            DeclaredSettings<HostViewConfiguration> given = latest();
            given.refuse(
                    HostViewConfiguration::host,
                    "has a view already, from " + other
                            + ", and this one is " + given.origin()
                            + "; delete one of the two, and the other counts; a copy of a file needs a name that does not end in "
                            + ".cfg");
            given.throwIfRefused();
        });
    }

    @Override
    public synchronized String afterRefusal() {
        return view.isPresent() ? ConfiguredOwner.LAST_GOOD : "There is no view for a host from this configuration.";
    }

    private void closeView() {
        Optional<PublishedView> leaving = view;
        view = Optional.empty();
        leaving.ifPresent(PublishedView::close);
    }

    @Override
    public void close(StopDeadline deadline) {
        kinds.removeListener(this);
        String pid;
        Optional<HostSettings> before;
        synchronized (this) {
            closed = true;
            refused = false;
            pid = latest().pid();
            before = view.map(PublishedView::settings);
            closeView();
        }
        reservations.cancel(pid);
        before.ifPresent(old -> reservations.release(old.host(), old.pid()));
    }
}
