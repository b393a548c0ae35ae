package id.lum.tokenstore.internal.delivery;

import id.lum.tokenstore.internal.registry.StoreCalls;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationPlugin;
import org.osgi.service.cm.SynchronousConfigurationListener;

/**
 * Resolves the references in what ConfigAdmin delivers, from its creation until it is closed. Owns the plugin, the
 * thread that asks stores, and the values; what has been delivered stays with those who have it.
 */
public final class References implements AutoCloseable {
    private final Board board;
    private final Refresher refresher;
    private final ServiceRegistration<?> plugin;
    private final ServiceRegistration<?> listener;

    /**
     * Begins, with a look at all configurations.
     *
     * @param bundle this bundle
     * @param admin whose configurations
     * @param ownPid the PID that is left alone, being this bundle's own
     * @param stores whom to ask; closed with this
     * @param terms those of the settings and stores of the moment
     * @param recheck how long a value is used before it is asked for again
     * @param nanos a clock that never goes back
     */
    public References(
            BundleContext bundle,
            ConfigurationAdmin admin,
            String ownPid,
            StoreCalls stores,
            Supplier<Terms> terms,
            Duration recheck,
            LongSupplier nanos) {
        board = new Board(terms.get());
        Redelivery redelivery = new Redelivery(admin, board.sightings(), this::wake);
        listener = bundle.registerService(SynchronousConfigurationListener.class, redelivery, new Hashtable<>());
        Deliveries deliveries = new Deliveries(board, redelivery, listener.getReference());
        refresher = new Refresher(board, stores, deliveries, terms, recheck, nanos);
        plugin = bundle.registerService(
                ConfigurationPlugin.class,
                new ReferencePlugin(listener.getReference(), ownPid, board, refresher),
                new Hashtable<>(Map.of(ConfigurationPlugin.CM_RANKING, ReferencePlugin.RANKING)));
        refresher.start();
    }

    /**
     * The settings changed.
     *
     * @param recheck how long a value is used before it is asked for again
     */
    public void configure(Duration recheck) {
        refresher.configure(recheck);
    }

    /**
     * Stores came, went or changed.
     *
     * @param prefix theirs
     */
    public void storesChanged(String prefix) {
        refresher.storesChanged(prefix);
    }

    /** Every value is asked for again, and every configuration looked at, soon. */
    public void recheck() {
        refresher.recheck();
    }

    /** The clock was moved. */
    public void wake() {
        refresher.wake();
    }

    /**
     * How many values configurations refer to.
     *
     * @return each counted once
     */
    public int count() {
        return board.sightings().addresses().size();
    }

    /** Nothing is resolved or delivered any more, and no value kept. */
    @Override
    public void close() {
        plugin.unregister();
        refresher.close();
        listener.unregister();
    }
}
