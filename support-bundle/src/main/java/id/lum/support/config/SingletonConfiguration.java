package id.lum.support.config;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.LogSafe;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.cm.ManagedServiceFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the one configuration of a PID to its owner, and refuses every further one.
 *
 * <p>File-based provisioning takes a file {@code PID-anything.cfg}, as a backup is called, for a factory configuration
 * of that PID. Given both, Declarative Services (Felix SCR) serves the factory configurations alone, so a component
 * with such an owner does without configuration by Declarative Services:
 *
 * <pre>{@code
 * @Component(service = {}, immediate = true, configurationPolicy = ConfigurationPolicy.IGNORE)
 * public final class Acme {
 *     private final SingletonConfiguration configuration;
 *
 *     @Activate
 *     public Acme(BundleContext bundle) {
 *         configuration = SingletonConfiguration.deliver(bundle, "com.acme", properties -> new AcmeOwner(bundle, properties));
 *     }
 *
 *     @Deactivate
 *     void close() {
 *         configuration.close();
 *     }
 * }
 * }</pre>
 *
 * <p>The Configuration Admin service calls the owner on a thread of its own, one call at a time. An owner that threw is
 * called again on another thread later.
 */
public final class SingletonConfiguration implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SingletonConfiguration.class);

    /** What a configuration asks for, from its arrival to its deletion. */
    public interface Owner extends Configured {
        /**
         * The configuration has changed. If this throws, it is called again after a while, until it returns or the
         * configuration changes.
         *
         * @param properties all of them
         */
        void apply(Map<String, Object> properties);
    }

    /** Makes an owner when there is a configuration. */
    @FunctionalInterface
    public interface OwnerFactory {
        /**
         * Makes one. If it throws, it is called again after a while, until it returns or the configuration changes.
         *
         * @param properties the configuration
         * @return the owner, which is closed before another one is made
         */
        Owner open(Map<String, Object> properties);
    }

    private final BundleContext bundle;
    private final String pid;
    private final OwnerLifecycle owner;
    private final FirstDelivery first = new FirstDelivery();
    private final ServiceRegistration<ManagedService> original;
    private final ServiceRegistration<ManagedServiceFactory> factoryInstances;
    // Guarded by this.
    private Optional<String> origin = Optional.empty();
    private final Map<String, String> refused = new TreeMap<>();

    private SingletonConfiguration(BundleContext bundle, String pid, OwnerFactory factory) {
        this.bundle = bundle;
        this.pid = requireNonNull(pid, "pid");
        this.owner = new OwnerLifecycle(pid, requireNonNull(factory, "factory"));
        Dictionary<String, Object> service = new Hashtable<>(Map.of(Constants.SERVICE_PID, pid));
        // In this order: what is said of a copy depends on whether there is an original.
        this.original = bundle.registerService(ManagedService.class, this::updated, service);
        try {
            this.factoryInstances = bundle.registerService(ManagedServiceFactory.class, new Copies(), service);
        } catch (RuntimeException | Error failed) {
            owner.end();
            ServiceWithdrawal.unregister(original);
            owner.close(StopDeadline.of(bundle));
            throw failed;
        }
    }

    /**
     * Begins to deliver. What is there already has been delivered on return, so that a bundle that has started serves;
     * unless that takes longer than a few seconds, or the Configuration Admin service delivers on this very thread or
     * after its own start only.
     *
     * @param bundle the bundle of the owner
     * @param pid the PID
     * @param factory makes an owner when there is a configuration
     * @return what to close when the bundle stops
     */
    public static SingletonConfiguration deliver(BundleContext bundle, String pid, OwnerFactory factory) {
        SingletonConfiguration configuration = new SingletonConfiguration(bundle, pid, factory);
        configuration.first.await(bundle, pid);
        return configuration;
    }

    /** Ends the delivery, and closes the owner if there is one, within a {@link StopDeadline}. */
    @Override
    public void close() {
        if (!owner.end()) {
            return;
        }
        StopDeadline deadline = StopDeadline.of(bundle);
        ServiceWithdrawal.unregister(factoryInstances);
        ServiceWithdrawal.unregister(original);
        owner.close(deadline);
    }

    private void updated(Dictionary<String, ?> properties) {
        try {
            deliver(properties);
        } finally {
            first.complete();
        }
    }

    /** The Configuration Admin service makes one call at a time. The owner may hang, so no lock is held around it. */
    private void deliver(Dictionary<String, ?> properties) {
        if (properties == null) {
            owner.close(StopDeadline.of(bundle));
            synchronized (this) {
                origin = Optional.empty();
                refused.keySet().forEach(this::logRefusal);
            }
        } else {
            synchronized (this) {
                origin = Optional.of(Settings.of(pid, map(properties)).origin());
            }
            owner.updated(map(properties));
        }
    }

    private void logRefusal(String copy) {
        LOG.error(
                "{} is refused: {} has one configuration, and {}. Of a file {}-ANYTHING.cfg a further one is made; give a copy "
                        + "a name that does not end in .cfg.",
                refused.get(copy),
                LogSafe.of(pid),
                origin.map(file -> "that is " + file).orElse("there is none now, so nothing of it is in force"),
                LogSafe.of(pid));
    }

    static Map<String, Object> map(Dictionary<String, ?> properties) {
        Map<String, Object> map = new HashMap<>();
        Collections.list(properties.keys()).forEach(name -> map.put(name, properties.get(name)));
        return map;
    }

    /** Takes what must not be there. */
    private final class Copies implements ManagedServiceFactory {
        @Override
        public String getName() {
            return "refusal of copies of " + pid;
        }

        @Override
        public void updated(String copy, Dictionary<String, ?> properties) {
            synchronized (SingletonConfiguration.this) {
                refused.put(copy, Settings.of(copy, map(properties)).origin());
                logRefusal(copy);
            }
        }

        @Override
        public void deleted(String copy) {
            synchronized (SingletonConfiguration.this) {
                refused.remove(copy);
            }
        }
    }
}
