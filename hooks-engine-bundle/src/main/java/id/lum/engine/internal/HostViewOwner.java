package id.lum.engine.internal;

import id.lum.hooks.LogSafe;
import id.lum.support.config.SettingRefused;
import id.lum.support.config.Settings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.support.lifecycle.StopDeadline;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what one configuration {@code id.lum.hooks.host~...} asks for: the view of a host. A refused configuration
 * leaves the last good one in force, or no view at all if there was none.
 */
public final class HostViewOwner implements SingletonConfiguration.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(HostViewOwner.class);

    private final BundleContext bundle;
    private final HostReservations reservations;
    private final HookKinds kinds;
    private final Runnable kindsChanged = this::kindsChanged;
    // Guarded by this: the delivery of the configuration calls in here, and the owner of a host that has become free.
    private Optional<PublishedView> view = Optional.empty();
    private Map<String, Object> latest = Map.of();
    private boolean refused;
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
        kinds.addListener(kindsChanged);
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

    /** The host that this configuration waited for is free. The configuration may have changed in the meantime. */
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
    private void kindsChanged() {
        boolean refusedLatest;
        synchronized (this) {
            view.ifPresent(PublishedView::rescan);
            refusedLatest = refused;
        }
        if (refusedLatest) {
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
            Settings text = Settings.of(HostSettings.PID, latest);
            return Optional.of(request(text, HostSettings.parse(text, kinds.ids())));
        } catch (SettingRefused saidWhenItIsApplied) {
            return Optional.empty();
        }
    }

    private HostReservations.Request request(Settings text, HostSettings settings) {
        String host = settings.host();
        return new HostReservations.Request(host, settings.pid(), text.origin(), this::applyLatest, () -> giveUp(host));
    }

    private synchronized boolean serves(String host) {
        return view.filter(now -> now.settings().host().equals(host)).isPresent();
    }

    /** The host is another configuration's now. */
    private void giveUp(String host) {
        synchronized (this) {
            if (serves(host)) {
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
        Settings text = Settings.of(HostSettings.PID, latest);
        try {
            HostSettings settings = HostSettings.parse(text, kinds.ids());
            reservations.take(request(text, settings)).ifPresent(other -> {
                throw text.refuse(
                        "host",
                        "has a view already, from " + other
                                + ", and this one is " + text.origin()
                                + "; delete one of the two, and the other counts; a copy of a file needs a name that does not end in "
                                + ".cfg");
            });
            text.warnings(HostSettings.KNOWN).forEach(LOG::warn);
            Optional<HostSettings> before = publish(text, settings);
            refused = false;
            if (settings.open()) {
                LOG.warn(
                        "{}: access is open. Everybody is administrator until an identity or permission hook is seen.",
                        LogSafe.of(settings.host()));
            }
            return before;
        } catch (SettingRefused reason) {
            refused = true;
            LOG.error(
                    "{} {}",
                    reason.getMessage(),
                    view.isPresent()
                            ? "The last good configuration stays in force."
                            : "There is no view for a host from this configuration.");
            return Optional.empty();
        }
    }

    private Optional<HostSettings> publish(Settings text, HostSettings settings) {
        Optional<HostSettings> before = view.map(PublishedView::settings);
        if (before.filter(now -> now.host().equals(settings.host())).isPresent()) {
            view.get().apply(settings);
            return Optional.empty();
        }
        // In this order: if it cannot be made, the last one stays.
        PublishedView next =
                new PublishedView(bundle, settings, kinds, System::nanoTime, reservations.guarded(settings.host()));
        before.ifPresent(old -> LOG.warn(
                "{}: the view of the host {} is withdrawn, because this configuration names the host {} now.{}",
                text.origin(),
                LogSafe.of(old.host()),
                LogSafe.of(settings.host()),
                next.hasHooks() ? "" : " No hook is registered for that host; look whether the name is right."));
        closeView();
        view = Optional.of(next);
        return before;
    }

    private void closeView() {
        Optional<PublishedView> leaving = view;
        view = Optional.empty();
        leaving.ifPresent(PublishedView::close);
    }

    @Override
    public void close(StopDeadline deadline) {
        kinds.removeListener(kindsChanged);
        String pid;
        Optional<HostSettings> before;
        synchronized (this) {
            closed = true;
            pid = Settings.of(HostSettings.PID, latest).pid();
            before = view.map(PublishedView::settings);
            closeView();
        }
        reservations.cancel(pid);
        before.ifPresent(old -> reservations.release(old.host(), old.pid()));
    }
}
