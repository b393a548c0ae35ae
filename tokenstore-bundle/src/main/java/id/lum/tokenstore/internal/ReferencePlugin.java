package id.lum.tokenstore.internal;

import java.util.Collections;
import java.util.Dictionary;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationPlugin;
import org.osgi.service.cm.SynchronousConfigurationListener;

/**
 * Puts the secrets at hand into what ConfigAdmin delivers, and records what it put out. It asks no store and never
 * waits: a reference whose secret is not at hand stays as it is written. Called by any thread.
 */
final class ReferencePlugin implements ConfigurationPlugin, SynchronousConfigurationListener {
    /**
     * After Felix's interpolation at 500, so that a placeholder inside a reference is already replaced; below 1000,
     * because ConfigAdmin drops what plugins above change. There is no {@code cm.target}: ConfigAdmin would match it
     * with the factory of an instance, and with the whole of a targeted PID.
     */
    static final int RANKING = 600;

    /** Told that a configuration was changed or delivered; returns at once. */
    interface DeliveryListener {
        void wake();
    }

    /**
     * What a configuration should be. Holds secrets.
     *
     * @param wanted what it becomes at the place of this plugin
     * @param delivered what it becomes after all plugins
     */
    record Inspection(
            Configuration configuration,
            ConfigTarget target,
            Resolution wanted,
            Map<String, Object> delivered,
            DeliveryRecord record) {
        @Override
        public String toString() {
            return target.toString();
        }
    }

    private final SecretCache secrets;
    private final Redelivery redelivery;
    private final LongSupplier nanos;
    private final ConcurrentMap<String, DeliveryRecord> records = new ConcurrentHashMap<>();
    private volatile ResolutionRules rules;
    private volatile DeliveryListener listener = () -> {};
    private volatile ServiceReference<?> probe;
    // Of the one thread that inspects.
    private Optional<Resolution> inspected = Optional.empty();

    ReferencePlugin(SecretCache secrets, Redelivery redelivery, ResolutionRules rules, LongSupplier nanos) {
        this.secrets = secrets;
        this.redelivery = redelivery;
        this.rules = rules;
        this.nanos = nanos;
    }

    /** @param own the reference of this service, in whose name configurations are inspected */
    void open(ServiceReference<?> own, DeliveryListener told) {
        probe = own;
        listener = told;
    }

    void rules(ResolutionRules next) {
        rules = next;
    }

    /** By PID: what was delivered of each configuration that a rule names or named. */
    ConcurrentMap<String, DeliveryRecord> records() {
        return records;
    }

    private boolean isConcerned(ConfigTarget target) {
        return !target.isNamed(TokenStoreSettings.PID)
                && (rules.allowed().names(target) || records.containsKey(target.pid()));
    }

    /**
     * Without a reference to a consumer nothing is put in: tools such as Karaf's {@code config:list} ask like that,
     * show what they get, and may write it into a file.
     */
    @Override
    public void modifyConfiguration(ServiceReference<?> consumer, Dictionary<String, Object> properties) {
        if (consumer == null || !(properties.get(Constants.SERVICE_PID) instanceof String pid)) {
            return;
        }
        ConfigTarget target = new ConfigTarget(
                pid, Optional.ofNullable((String) properties.get(ConfigurationAdmin.SERVICE_FACTORYPID)));
        if (!isConcerned(target)) {
            return;
        }
        Resolution resolution = new Resolution(properties, target, rules, secrets.secrets());
        resolution.replaced().forEach(properties::put);
        if (consumer.equals(probe)) {
            inspected = Optional.of(resolution);
        } else {
            record(pid, Map.of()).put(consumer, resolution.properties());
            listener.wake();
        }
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        redelivery.observe(event);
        ConfigTarget target = new ConfigTarget(event.getPid(), Optional.ofNullable(event.getFactoryPid()));
        if (event.getType() == ConfigurationEvent.CM_DELETED) {
            records.remove(event.getPid());
        } else if (isConcerned(target)) {
            record(event.getPid(), Map.of()).announced();
        } else {
            return;
        }
        listener.wake();
    }

    private DeliveryRecord record(String pid, Map<String, Object> written) {
        return records.computeIfAbsent(pid, first -> new DeliveryRecord(written, nanos.getAsLong()));
    }

    /**
     * Asks ConfigAdmin what a configuration becomes. For one thread.
     *
     * @return empty if no rule names it, or it is deleted
     */
    Optional<Inspection> inspect(Configuration configuration) {
        try {
            ConfigTarget target =
                    new ConfigTarget(configuration.getPid(), Optional.ofNullable(configuration.getFactoryPid()));
            inspected = Optional.empty();
            Dictionary<String, Object> delivered =
                    isConcerned(target) ? configuration.getProcessedProperties(probe) : null;
            return Optional.ofNullable(delivered)
                    .flatMap(all -> inspected.map(wanted -> new Inspection(
                            configuration, target, wanted, asMap(all), record(target.pid(), wanted.written()))));
        } catch (IllegalStateException deleted) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> asMap(Dictionary<String, Object> properties) {
        return Collections.list(properties.keys()).stream().collect(Collectors.toMap(key -> key, properties::get));
    }

    /** Puts nothing in from now on, and keeps no secret. */
    void close() {
        secrets.close();
        records.clear();
    }
}
