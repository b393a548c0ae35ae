package id.lum.core.internal;

import id.lum.core.identity.CoreConfiguration;
import id.lum.core.identity.Introspection;
import id.lum.core.identity.IntrospectionSettings;
import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what the configuration {@code id.lum.core} asks for: one introspection for all hosts, published as a service
 * that stays the same through every change of its settings. A refused configuration leaves the last good one in force,
 * or no service at all if there was none.
 */
public final class CoreOwner implements ConfiguredOwner.Target<CoreConfiguration, IntrospectionSettings> {
    private static final Logger LOG = LoggerFactory.getLogger(CoreOwner.class);

    /** What is published together and withdrawn together. */
    private record Published(
            Introspection introspection, ServiceRegistration<?> service, ServiceRegistration<?> commands) {}

    private final BundleContext bundle;
    // Only the delivery of the configuration calls in here, one call at a time.
    private Optional<Published> published = Optional.empty();

    private CoreOwner(BundleContext bundle) {
        this.bundle = bundle;
    }

    /**
     * Publishes the introspection, or logs why not. If it throws, it leaves nothing behind.
     *
     * @param bundle this bundle
     * @param properties the configuration
     * @return the owner
     */
    public static SingletonConfiguration.Owner open(BundleContext bundle, Map<String, Object> properties) {
        return ConfiguredOwner.open(CoreConfiguration.class, CoreConfiguration.PID, new CoreOwner(bundle), properties);
    }

    @Override
    public IntrospectionSettings parse(DeclaredSettings<CoreConfiguration> settings) {
        return IntrospectionSettings.parse(settings);
    }

    @Override
    public void apply(IntrospectionSettings settings) {
        published.ifPresentOrElse(
                now -> now.introspection().reconfigure(settings), () -> published = Optional.of(publish(settings)));
        LOG.info("Tokens are introspected at {}.", settings.baseUrl());
    }

    @Override
    public String afterRefusal() {
        return published.isPresent()
                ? ConfiguredOwner.LAST_GOOD
                : "No token is introspected, and so nobody gets in by lum.id.";
    }

    private Published publish(IntrospectionSettings settings) {
        Introspection introspection = new Introspection(settings, new FrameworkMemory(bundle));
        // After a failure the caller gets no object to close, so what is open is closed here.
        try {
            ServiceRegistration<?> service =
                    bundle.registerService(Introspection.class, introspection, new Hashtable<>());
            try {
                return new Published(
                        introspection,
                        service,
                        bundle.registerService(
                                IdentityCommands.class,
                                new IdentityCommands(introspection),
                                IdentityCommands.properties()));
            } catch (RuntimeException | Error failed) {
                ServiceWithdrawal.unregister(service);
                throw failed;
            }
        } catch (RuntimeException | Error failed) {
            introspection.close();
            throw failed;
        }
    }

    @Override
    public void close(StopDeadline deadline) {
        published.ifPresent(now -> {
            ServiceWithdrawal.unregister(now.commands());
            ServiceWithdrawal.unregister(now.service());
            now.introspection().close(deadline);
        });
        published = Optional.empty();
    }
}
