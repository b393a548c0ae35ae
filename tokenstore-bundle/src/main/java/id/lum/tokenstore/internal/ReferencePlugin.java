package id.lum.tokenstore.internal;

import java.io.IOException;
import java.util.Collections;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
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

    private final ConfigurationAdmin admin;
    private final SecretCache secrets;
    private final Redelivery redelivery;
    private final EventLoop loop;
    /** By PID, of each configuration that a rule names or named. */
    private final Map<String, DeliveryRecord> records = new ConcurrentHashMap<>();

    private volatile ResolutionRules rules = TokenStoreSettings.NONE.rules(Set.of());
    private volatile ServiceReference<?> probe;
    // Of the thread of the loop.
    private Optional<Resolution> inspected = Optional.empty();

    ReferencePlugin(ConfigurationAdmin admin, SecretCache secrets, Redelivery redelivery, EventLoop loop) {
        this.admin = admin;
        this.secrets = secrets;
        this.redelivery = redelivery;
        this.loop = loop;
    }

    /** @param own the reference of this service, in whose name configurations are inspected */
    void open(ServiceReference<?> own) {
        probe = own;
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
        resolution.properties().forEach(properties::put);
        if (consumer.equals(probe)) {
            inspected = Optional.of(resolution);
        } else {
            record(pid, false).put(consumer, resolution.properties());
            loop.wake();
        }
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        redelivery.observe(event);
        ConfigTarget target = new ConfigTarget(event.getPid(), Optional.ofNullable(event.getFactoryPid()));
        if (isConcerned(target)) {
            record(event.getPid(), false).announced();
            loop.wake();
        }
    }

    private DeliveryRecord record(String pid, boolean servedBefore) {
        return records.computeIfAbsent(pid, first -> new DeliveryRecord(servedBefore, loop.now()));
    }

    /**
     * Asks ConfigAdmin what configurations become that a rule names or named, and forgets those that are deleted. For
     * passes of the loop.
     *
     * @param next the rules from now on
     * @return in the order of PIDs
     */
    List<Inspection> inspect(ResolutionRules next) throws IOException, InvalidSyntaxException {
        rules = next;
        // First: of one that comes while they are listed there is a record, which stays.
        Set<String> unseen = new HashSet<>(records.keySet());
        Configuration[] all = admin.listConfigurations(null);
        List<Inspection> inspections = Stream.of(all == null ? new Configuration[0] : all)
                .flatMap(one -> inspect(one).stream())
                .sorted(Comparator.comparing(seen -> seen.target().pid()))
                .toList();
        inspections.forEach(seen -> unseen.remove(seen.target().pid()));
        records.keySet().removeAll(unseen);
        return inspections;
    }

    private Optional<Inspection> inspect(Configuration configuration) {
        try {
            ConfigTarget target =
                    new ConfigTarget(configuration.getPid(), Optional.ofNullable(configuration.getFactoryPid()));
            inspected = Optional.empty();
            Dictionary<String, Object> delivered =
                    isConcerned(target) ? configuration.getProcessedProperties(probe) : null;
            return inspected.map(wanted ->
                    new Inspection(configuration, target, wanted, asMap(delivered), record(target.pid(), true)));
        } catch (IllegalStateException deleted) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> asMap(Dictionary<String, Object> properties) {
        return Collections.list(properties.keys()).stream().collect(Collectors.toMap(key -> key, properties::get));
    }

    /** It refers to nothing any more. */
    void forget(Inspection seen) {
        records.remove(seen.target().pid(), seen.record());
    }

    /** Puts nothing in from now on, and keeps no secret. */
    void close() {
        secrets.close();
        records.clear();
    }
}
