package id.lum.lumilake.internal.optimizer;

import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.support.lifecycle.ServiceWithdrawal;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog in force, and the provider service that is registered while there is one. A changed catalog keeps the
 * service. Called by its owner, one call at a time.
 */
final class ProviderPublication {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderPublication.class);

    private record Published(RemoteOptimizerProvider provider, ServiceRegistration<OptimizerProvider> service) {}

    private final BundleContext bundle;
    private final Dictionary<String, Object> properties;
    private final OptimizerClient client;
    private Optional<CatalogSnapshot> snapshot = Optional.empty();
    private Optional<Published> published = Optional.empty();

    ProviderPublication(BundleContext bundle, Map<String, ?> properties, OptimizerClient client) {
        this.bundle = bundle;
        this.properties = new Hashtable<>(properties);
        this.client = client;
    }

    /** The catalog, if it is of the server that these settings name. */
    Optional<CatalogSnapshot> from(OptimizerSettings settings) {
        return snapshot.filter(now -> now.isFrom(settings));
    }

    void install(CatalogSnapshot next) {
        if (from(next.settings())
                .filter(now -> now.catalog().equals(next.catalog()))
                .isEmpty()) {
            LOG.info(
                    "The optimizer at {} offers {}.",
                    next.settings().url(),
                    next.catalog().listed());
        }
        published.ifPresentOrElse(now -> now.provider().change(next), () -> published = Optional.of(publish(next)));
        snapshot = Optional.of(next);
    }

    private Published publish(CatalogSnapshot first) {
        RemoteOptimizerProvider provider = new RemoteOptimizerProvider(client, first);
        return new Published(provider, bundle.registerService(OptimizerProvider.class, provider, properties));
    }

    /** The service goes first: what throws must have left, to be asked again elsewhere. */
    void withdraw() {
        snapshot = Optional.empty();
        published.ifPresent(now -> {
            ServiceWithdrawal.unregister(now.service());
            now.provider().withdraw();
        });
        published = Optional.empty();
    }

    /** What is offered, by whom and since when, in one line. */
    String describe() {
        return snapshot.map(
                        now -> now.catalog().listed() + ", by " + now.settings().url() + " at " + now.since())
                .orElse("nothing: there is no catalog yet");
    }
}
