package id.lum.hooks.settings;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.Printable;
import java.time.Duration;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
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
 * <p>The Configuration Admin service calls the owner on a thread of its own, one call at a time. An owner that could
 * not be made is made on another thread later.
 */
public final class SingletonConfiguration implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SingletonConfiguration.class);
    private static final Duration FIRST_MOST = Duration.ofSeconds(5);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    // Felix appends what it does at the moment.
    private static final String UPDATER = "CM Configuration Updater";

    /** What a configuration asks for, from its arrival to its deletion. */
    public interface Owner {
        /**
         * The configuration has changed.
         *
         * @param properties all of them
         */
        void apply(Map<String, Object> properties);

        /** The configuration is gone, or the bundle stops. */
        void close();
    }

    /** Makes an owner when there is a configuration. */
    @FunctionalInterface
    public interface Opening {
        /**
         * Makes one. If it throws, it is called again after a while, until it returns or the configuration changes.
         *
         * @param properties the configuration
         * @return the owner, which is closed before another one is made
         */
        Owner open(Map<String, Object> properties);
    }

    private final String pid;
    private final Opening opening;
    private final CountDownLatch first = new CountDownLatch(1);
    private final ServiceRegistration<ManagedService> original;
    private final ServiceRegistration<ManagedServiceFactory> copies;
    // All guarded by this.
    private Owner owner;
    private String origin;
    private final Map<String, String> refused = new TreeMap<>();
    private Dictionary<String, ?> latest;
    private ScheduledExecutorService retries;
    private boolean closed;

    private SingletonConfiguration(BundleContext bundle, String pid, Opening opening) {
        this.pid = requireNonNull(pid, "pid");
        this.opening = requireNonNull(opening, "opening");
        Dictionary<String, Object> service = new Hashtable<>(Map.of(Constants.SERVICE_PID, pid));
        // In this order: what is said of a copy depends on whether there is an original.
        this.original = bundle.registerService(ManagedService.class, this::updated, service);
        this.copies = bundle.registerService(ManagedServiceFactory.class, new Copies(), service);
    }

    /**
     * Begins to deliver. What is there already has been delivered on return, so that a bundle that has started serves;
     * unless that takes longer than a few seconds, or the Configuration Admin service delivers on this very thread or
     * after its own start only.
     *
     * @param bundle the bundle of the owner
     * @param pid the PID
     * @param opening makes an owner when there is a configuration
     * @return what to close when the bundle stops
     */
    public static SingletonConfiguration deliver(BundleContext bundle, String pid, Opening opening) {
        SingletonConfiguration configuration = new SingletonConfiguration(bundle, pid, opening);
        if (delivers(bundle.getServiceReference(ConfigurationAdmin.class))) {
            configuration.awaitFirst();
        }
        return configuration;
    }

    /** Whether a configuration arrives while this thread waits. */
    private static boolean delivers(ServiceReference<ConfigurationAdmin> admin) {
        if (admin == null || Thread.currentThread().getName().startsWith(UPDATER)) {
            return false;
        }
        // The activator registers the service, perhaps on this thread, before it begins to deliver.
        Bundle bundle = admin.getBundle();
        return bundle != null && bundle.getState() == Bundle.ACTIVE;
    }

    private void awaitFirst() {
        try {
            if (!first.await(FIRST_MOST.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{}: the configuration takes long to arrive; it will count when it does.", Printable.of(pid));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the delivery, and closes the owner if there is one. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            endRetries();
        }
        // Outside the lock: who delivers at this moment has to get through it.
        copies.unregister();
        original.unregister();
        synchronized (this) {
            closeOwner();
        }
    }

    private void updated(Dictionary<String, ?> properties) {
        try {
            deliver(properties);
        } finally {
            first.countDown();
        }
    }

    private synchronized void deliver(Dictionary<String, ?> properties) {
        if (closed) {
            return;
        }
        endRetries();
        latest = properties;
        if (properties == null) {
            closeOwner();
            refused.keySet().forEach(this::logRefusal);
            return;
        }
        origin = Settings.of(pid, map(properties)).origin();
        if (owner == null) {
            open();
        } else {
            owner.apply(map(properties));
        }
    }

    private void open() {
        try {
            // Before the owner: it may be the lack of threads that keeps the owner from being made.
            ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, this::retryThread);
            retries = thread;
            thread.prestartCoreThread();
            owner = opening.open(map(latest));
            endRetries();
        } catch (Throwable failed) {
            LOG.error("{}: nothing of it is in force. It will be tried again.", origin, failed);
            retryAfter(FIRST_RETRY, latest);
        }
    }

    private void retryAfter(Duration delay, Dictionary<String, ?> properties) {
        Duration doubled = delay.multipliedBy(2);
        Duration next = doubled.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : doubled;
        retries.schedule(() -> retry(next, properties), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void retry(Duration next, Dictionary<String, ?> properties) {
        if (closed || latest != properties) {
            return;
        }
        try {
            owner = opening.open(map(properties));
            LOG.info("{} is in force now.", origin);
            endRetries();
        } catch (Throwable again) {
            LOG.debug("{}: not yet.", origin, again);
            retryAfter(next, properties);
        }
    }

    private Thread retryThread(Runnable work) {
        Thread thread = new Thread(work, "retry of " + pid);
        thread.setDaemon(true);
        return thread;
    }

    private void endRetries() {
        if (retries != null) {
            retries.shutdownNow();
        }
        retries = null;
    }

    private void closeOwner() {
        Owner leaving = owner;
        owner = null;
        origin = null;
        if (leaving != null) {
            leaving.close();
        }
    }

    private void logRefusal(String copy) {
        LOG.error(
                "{} is refused: {} has one configuration, and {}. Of a file {}-ANYTHING.cfg a further one is made; give a copy "
                        + "a name that does not end in .cfg.",
                refused.get(copy),
                Printable.of(pid),
                origin == null ? "there is none now, so nothing of it is in force" : "that is " + origin,
                Printable.of(pid));
    }

    private static Map<String, Object> map(Dictionary<String, ?> properties) {
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
