package id.lum.hooks.internal;

import id.lum.hooks.Hook;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.settings.SettingRefused;
import id.lum.hooks.settings.Settings;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
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
    // Only Declarative Services calls in here, one call at a time.
    private Optional<PublishedView> view = Optional.empty();

    /**
     * Publishes the view, or says why not. Never throws: a component whose constructor threw gets no second chance.
     *
     * @param bundle this bundle
     * @param properties the configuration
     */
    @Activate
    public HostViewOwner(BundleContext bundle, Map<String, Object> properties) {
        this.bundle = bundle;
        apply(properties);
    }

    @Modified
    void apply(Map<String, Object> properties) {
        Settings text = Settings.of(HostSettings.PID, properties);
        try {
            HostSettings settings = HostSettings.parse(text);
            refuseSecondView(text, settings);
            text.warningOfUnknown(HostSettings.KNOWN).ifPresent(LOG::warn);
            publish(settings);
            if (settings.open()) {
                LOG.warn(
                        "{}: access is open. Everybody is administrator until an identity or permission hook is seen.",
                        settings.host());
            }
        } catch (SettingRefused refused) {
            LOG.error(
                    "{} {}",
                    refused.getMessage(),
                    view.isPresent()
                            ? "The last good configuration stays in force."
                            : "There is no view for a host from this configuration.");
        }
    }

    private void publish(HostSettings settings) {
        if (view.filter(now -> now.settings().host().equals(settings.host())).isPresent()) {
            view.get().apply(settings);
            return;
        }
        close();
        view = Optional.of(new PublishedView(bundle, settings, System::nanoTime));
    }

    @Deactivate
    void close() {
        view.ifPresent(PublishedView::close);
        view = Optional.empty();
    }

    private void refuseSecondView(Settings text, HostSettings settings) {
        for (ServiceReference<?> other : viewsOf(settings.host())) {
            Object pid = other.getProperty(Constants.SERVICE_PID);
            if (!settings.pid().equals(pid)) {
                throw text.refuse("host", "has a view already, from " + pid + "; delete one of the two configurations");
            }
        }
    }

    private Iterable<ServiceReference<?>> viewsOf(String host) {
        try {
            ServiceReference<?>[] views = bundle.getServiceReferences(HostHooks.class.getName(), null);
            return Arrays.stream(Optional.ofNullable(views).orElseGet(() -> new ServiceReference<?>[0]))
                    .filter(view -> host.equals(view.getProperty(Hook.HOST)))
                    .toList();
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
