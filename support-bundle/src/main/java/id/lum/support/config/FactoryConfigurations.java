package id.lum.support.config;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.LogSafe;
import id.lum.support.config.SingletonConfiguration.OwnerFactory;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.cm.ManagedServiceFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers every configuration of a factory PID to an owner of its own: the counterpart of
 * {@link SingletonConfiguration}. A configuration whose PID is the factory PID itself, as of a file {@code PID.cfg}, is
 * one more.
 *
 * <p>The Configuration Admin service calls the owners on a thread of its own, one call at a time. An owner that threw
 * is called again on another thread later. Declarative Services (Felix SCR 2.2.18) would miss the second of about one
 * in a hundred pairs of quick changes.
 */
public final class FactoryConfigurations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FactoryConfigurations.class);

    private final BundleContext bundle;
    private final OwnerFactory factory;
    private final FirstDelivery first = new FirstDelivery();
    private final ServiceRegistration<ManagedServiceFactory> instances;
    private final ServiceRegistration<ManagedService> singleInstance;
    // Guarded by this.
    private final Map<String, OwnerLifecycle> owners = new HashMap<>();
    private boolean closed;

    private FactoryConfigurations(BundleContext bundle, String pid, OwnerFactory factory) {
        this.bundle = bundle;
        this.factory = requireNonNull(factory, "factory");
        Dictionary<String, Object> service = new Hashtable<>(Map.of(Constants.SERVICE_PID, pid));
        this.instances = bundle.registerService(ManagedServiceFactory.class, new Instances(pid), service);
        // In this order: the Configuration Admin service calls this one, even if there is nothing for it, after those.
        try {
            this.singleInstance = bundle.registerService(
                    ManagedService.class, properties -> singleInstance(pid, properties), service);
        } catch (RuntimeException | Error failed) {
            close(instances::unregister);
            throw failed;
        }
    }

    /**
     * Begins to deliver. What is there already has been delivered on return, as by
     * {@link SingletonConfiguration#deliver}.
     *
     * @param bundle the bundle of the owners
     * @param pid the factory PID
     * @param factory makes an owner for each configuration
     * @return what to close when the bundle stops
     */
    public static FactoryConfigurations deliver(BundleContext bundle, String pid, OwnerFactory factory) {
        FactoryConfigurations configurations = new FactoryConfigurations(bundle, pid, factory);
        configurations.first.await(bundle, pid);
        return configurations;
    }

    private void singleInstance(String pid, Dictionary<String, ?> properties) {
        try {
            if (properties == null) {
                deleted(pid);
            } else {
                updated(pid, properties);
            }
        } finally {
            first.complete();
        }
    }

    private void updated(String pid, Dictionary<String, ?> properties) {
        OwnerLifecycle owner;
        synchronized (this) {
            if (closed) {
                return;
            }
            owner = owners.computeIfAbsent(pid, come -> new OwnerLifecycle(come, factory));
        }
        owner.updated(SingletonConfiguration.map(properties));
    }

    private void deleted(String pid) {
        OwnerLifecycle owner;
        synchronized (this) {
            owner = owners.remove(pid);
        }
        if (owner != null) {
            owner.close(StopDeadline.of(bundle));
        }
    }

    /** Ends the delivery, and closes the owners, within a {@link StopDeadline}. */
    @Override
    public void close() {
        close(() -> {
            ServiceWithdrawal.unregister(singleInstance);
            ServiceWithdrawal.unregister(instances);
        });
    }

    private void close(Runnable unregister) {
        Map<String, OwnerLifecycle> leaving;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            leaving = Map.copyOf(owners);
            owners.clear();
        }
        StopDeadline deadline = StopDeadline.of(bundle);
        // Outside the lock, which a delivery in progress needs.
        leaving.values().forEach(OwnerLifecycle::end);
        unregister.run();
        leaving.forEach((pid, owner) -> close(pid, owner, deadline));
    }

    private static void close(String pid, OwnerLifecycle owner, StopDeadline deadline) {
        try {
            owner.close(deadline);
        } catch (RuntimeException | Error failed) {
            // The others are closed all the same.
            LOG.error("{}: what was in force did not close.", LogSafe.of(pid), failed);
        }
    }

    private final class Instances implements ManagedServiceFactory {
        private final String pid;

        Instances(String pid) {
            this.pid = pid;
        }

        @Override
        public String getName() {
            return "owners of " + pid;
        }

        @Override
        public void updated(String instance, Dictionary<String, ?> properties) {
            FactoryConfigurations.this.updated(instance, properties);
        }

        @Override
        public void deleted(String instance) {
            FactoryConfigurations.this.deleted(instance);
        }
    }
}
