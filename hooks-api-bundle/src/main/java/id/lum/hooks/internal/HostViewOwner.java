package id.lum.hooks.internal;

import id.lum.hooks.Printable;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.settings.SettingRefused;
import id.lum.hooks.settings.Settings;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what one configuration {@code id.lum.hooks.host~...} asks for: the view of a host. A refused configuration
 * leaves the last good one in force, or no view at all if there was none.
 *
 * <p>The view is registered from code, not by Declarative Services: a refused value must not show up as a service
 * property.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = HostSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = HostViewConfiguration.class, factory = true)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.hooks.host.HostHooks\"",
        effective = "active",
        uses = HostHooks.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.hooks.flowmesh.FlowmeshHooks\"",
        effective = "active",
        uses = id.lum.hooks.flowmesh.FlowmeshHooks.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.hooks.lumilake.LumilakeHooks\"",
        effective = "active",
        uses = id.lum.hooks.lumilake.LumilakeHooks.class)
public final class HostViewOwner {
    private static final Logger LOG = LoggerFactory.getLogger(HostViewOwner.class);

    private final BundleContext bundle;
    private final HostNames names;
    // Guarded by this: Declarative Services calls in here, and the owner of a host that has become free.
    private Optional<PublishedView> view = Optional.empty();
    private Map<String, Object> latest = Map.of();
    private boolean closed;

    /**
     * Publishes the view, or says why not. Never throws: a component whose constructor threw gets no second chance.
     *
     * @param bundle this bundle
     * @param names which hosts are taken
     * @param properties the configuration
     */
    @Activate
    public HostViewOwner(BundleContext bundle, @Reference HostNames names, Map<String, Object> properties) {
        this.bundle = bundle;
        this.names = names;
        apply(properties);
    }

    @Modified
    void apply(Map<String, Object> properties) {
        synchronized (this) {
            latest = Map.copyOf(properties);
        }
        applyLatest();
    }

    /** The host that this configuration waited for is free. The configuration may have changed in the meantime. */
    private void applyLatest() {
        // Given up outside the lock: whoever waits for the host takes its own lock.
        applied().ifPresent(old -> names.release(old.host(), old.pid()));
    }

    /** Returns the settings whose host is no longer this configuration's, if there are such. */
    private synchronized Optional<HostSettings> applied() {
        if (closed) {
            return Optional.empty();
        }
        Settings text = Settings.of(HostSettings.PID, latest);
        try {
            HostSettings settings = HostSettings.parse(text);
            names.take(settings.host(), settings.pid(), this::applyLatest).ifPresent(other -> {
                throw text.refuse(
                        "host",
                        "has a view already, from " + other
                                + "; delete one of the two configurations, and the other counts");
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
        view.ifPresent(PublishedView::close);
        view = Optional.of(new PublishedView(bundle, settings, System::nanoTime, names.guarded(settings.host())));
        return before;
    }

    @Deactivate
    void close(Map<String, Object> properties) {
        names.forget(Settings.of(HostSettings.PID, properties).pid());
        Optional<HostSettings> before;
        synchronized (this) {
            closed = true;
            before = view.map(PublishedView::settings);
            view.ifPresent(PublishedView::close);
            view = Optional.empty();
        }
        before.ifPresent(old -> names.release(old.host(), old.pid()));
    }
}
