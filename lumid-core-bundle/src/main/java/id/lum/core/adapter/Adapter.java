package id.lum.core.adapter;

import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.grants.SqliteGrantStore;
import id.lum.core.live.Leased;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.sqlite.StoreSettings;
import java.time.Clock;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * What the owner of an adapter's configuration holds: it publishes {@link HostGrants} while a store is open, and keeps
 * them the same through every change.
 */
public final class Adapter implements AutoCloseable {
    private static final StoreKind<GrantStoreSettings, SqliteGrantStore> GRANTS = new StoreKind<>() {
        @Override
        public StoreSettings databaseOf(GrantStoreSettings settings) {
            return settings.store();
        }

        @Override
        public SqliteGrantStore open(GrantStoreSettings settings) {
            return SqliteGrantStore.open(settings, Clock.systemUTC());
        }

        @Override
        public String meanwhile() {
            return "Until it opens, nobody is permitted anything.";
        }
    };

    private final BundleContext bundle;
    private final String host;
    private final LiveStore<GrantStoreSettings, SqliteGrantStore> grants;
    private volatile Optional<PolicyEngine> engine = Optional.empty();
    // Guarded by this.
    private Optional<ServiceRegistration<HostGrants>> registration = Optional.empty();
    private boolean closed;

    /**
     * An adapter without a configuration yet.
     *
     * @param bundle the adapter's bundle
     * @param host the host it is for
     */
    public Adapter(BundleContext bundle, String host) {
        this.bundle = bundle;
        this.host = host;
        this.grants = new LiveStore<>(GRANTS, this::publish);
    }

    /**
     * Applies a configuration. A store that cannot be opened is tried again in the background.
     *
     * @param settings the configuration
     */
    public void apply(AdapterSettings settings) {
        // The policy comes into force with the store it was configured for, or not at all.
        grants.apply(settings.store(), () -> engine = Optional.of(settings.engine()));
    }

    /** A store that opened late, while this was being closed, is not published any more. */
    private synchronized void publish(Leased<SqliteGrantStore> store) {
        if (closed) {
            return;
        }
        HostGrants published = new HostGrants(host, () -> engine.orElseThrow(), store);
        registration = Optional.of(
                bundle.registerService(HostGrants.class, published, new Hashtable<>(Map.of(HostGrants.HOST, host))));
    }

    /** Withdraws first and closes after. */
    @Override
    public void close() {
        withdraw();
        grants.close();
    }

    private synchronized void withdraw() {
        closed = true;
        registration.ifPresent(ServiceRegistration::unregister);
        registration = Optional.empty();
    }
}
