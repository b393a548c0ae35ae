package id.lum.hooks.internal;

import id.lum.hooks.Printable;
import id.lum.hooks.settings.SettingRefused;
import id.lum.hooks.settings.Settings;
import id.lum.hooks.settings.SingletonConfiguration;
import id.lum.hooks.settings.StopDeadline;
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
    private final HostNames names;
    // Guarded by this: the delivery of the configuration calls in here, and the owner of a host that has become free.
    private Optional<PublishedView> view = Optional.empty();
    private Map<String, Object> latest = Map.of();
    private boolean closed;

    /**
     * Publishes the view, or says why not.
     *
     * @param bundle this bundle
     * @param names which hosts are taken
     * @param properties the configuration
     */
    public HostViewOwner(BundleContext bundle, HostNames names, Map<String, Object> properties) {
        this.bundle = bundle;
        this.names = names;
        try {
            apply(properties);
        } catch (RuntimeException | Error failed) {
            // Nobody gets hold of this object, so the host that it has taken is let go here.
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
        // Outside the lock: whoever has the host, or waits for it, takes its own lock.
        Optional<HostNames.Claim> wanted = wanted();
        try {
            Optional<HostNames.Claim> displacing = wanted.filter(names::displace);
            applied().ifPresent(old -> names.release(old.host(), old.pid()));
            // The configuration may have changed, or gone, between the two.
            releaseUnserved(displacing);
        } catch (RuntimeException | Error failed) {
            releaseUnserved(wanted);
            throw failed;
        }
    }

    private void releaseUnserved(Optional<HostNames.Claim> claimed) {
        claimed.filter(claim -> !serves(claim.host())).ifPresent(claim -> names.release(claim.host(), claim.pid()));
    }

    private synchronized Optional<HostNames.Claim> wanted() {
        if (closed) {
            return Optional.empty();
        }
        try {
            Settings text = Settings.of(HostSettings.PID, latest);
            return Optional.of(claim(text, HostSettings.parse(text)));
        } catch (SettingRefused saidWhenItIsApplied) {
            return Optional.empty();
        }
    }

    private HostNames.Claim claim(Settings text, HostSettings settings) {
        String host = settings.host();
        return new HostNames.Claim(host, settings.pid(), text.origin(), this::applyLatest, () -> giveUp(host));
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
            HostSettings settings = HostSettings.parse(text);
            names.take(claim(text, settings)).ifPresent(other -> {
                throw text.refuse(
                        "host",
                        "has a view already, from " + other
                                + ", and this one is " + text.origin()
                                + "; delete one of the two, and the other counts; a copy of a file needs a name that does not end in "
                                + ".cfg");
            });
            text.warnings(HostSettings.KNOWN).forEach(LOG::warn);
            Optional<HostSettings> before = publish(settings);
            if (settings.open()) {
                LOG.warn(
                        "{}: access is open. Everybody is administrator until an identity or permission hook is seen.",
                        Printable.of(settings.host()));
            }
            return before;
        } catch (SettingRefused refused) {
            LOG.error(
                    "{} {}",
                    refused.getMessage(),
                    view.isPresent()
                            ? "The last good configuration stays in force."
                            : "There is no view for a host from this configuration.");
            return Optional.empty();
        }
    }

    private Optional<HostSettings> publish(HostSettings settings) {
        Optional<HostSettings> before = view.map(PublishedView::settings);
        if (before.filter(now -> now.host().equals(settings.host())).isPresent()) {
            view.get().apply(settings);
            return Optional.empty();
        }
        // In this order: if it cannot be made, the last one stays.
        PublishedView next = new PublishedView(bundle, settings, System::nanoTime, names.guarded(settings.host()));
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
        String pid;
        Optional<HostSettings> before;
        synchronized (this) {
            closed = true;
            pid = Settings.of(HostSettings.PID, latest).pid();
            before = view.map(PublishedView::settings);
            closeView();
        }
        names.forget(pid);
        before.ifPresent(old -> names.release(old.host(), old.pid()));
    }
}
