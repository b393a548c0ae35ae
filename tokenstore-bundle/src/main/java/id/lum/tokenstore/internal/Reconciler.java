package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what every configuration should be with what its consumers have, and has it delivered again where they
 * differ, whatever the reason. For the refresh loop's thread.
 *
 * <p>It cannot run in circles: what is in force is not delivered, a delivery asks no store, and deliveries of one
 * configuration are a second apart at least. A consumer that never has what it should have is served ever less often.
 */
final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    /** Between deliveries of one configuration; as long a delivery may be on its way before it counts as lost. */
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    private static final Duration MAX_WAIT = Duration.ofHours(1);
    private static final int USUAL_ATTEMPTS = 3;
    private static final int MAX_WARNINGS = 1000;

    private record Inspection(
            Configuration configuration, ConfigTarget target, Resolution wanted, Map<String, Object> delivered) {}

    /**
     * Deliveries of a configuration whose consumers do not have what they should have.
     *
     * @param count how many deliveries did not help
     * @param due when the next one is made
     * @param last what the last one should have brought; null before the first
     */
    private record Attempts(int count, long due, Duration nextWait, boolean refused, Resolution last) {
        static final Attempts NONE = new Attempts(0, 0, FIRST_WAIT, false, null);

        boolean wereFor(Resolution wanted) {
            return last != null && wanted.agreesWith(last.properties());
        }
    }

    private final ConfigurationAdmin admin;
    private final SharedState state;
    private final ConsumerCheck consumers;
    private final Redelivery redelivery;
    private final ServiceReference<?> probe;
    private final Map<String, Attempts> attempts = new HashMap<>();
    private final Map<String, Long> earliestDelivery = new HashMap<>();
    private final Map<String, Inspection> inspections = new TreeMap<>();
    private Resolution probed;
    private boolean listed = true;

    Reconciler(
            ConfigurationAdmin admin,
            SharedState state,
            ConsumerCheck consumers,
            Redelivery redelivery,
            ServiceReference<?> probe) {
        this.admin = admin;
        this.state = state;
        this.consumers = consumers;
        this.redelivery = redelivery;
        this.probe = probe;
    }

    /** The plugin was asked in the name of the probe, by this thread. */
    void resolvedForProbe(Resolution resolution) {
        probed = resolution;
    }

    /** Looks at every configuration that a rule names or named. */
    void inspect() {
        Set<String> unseen = new HashSet<>(state.records().keySet());
        inspections.clear();
        for (Configuration configuration : configurations()) {
            try {
                ConfigTarget target =
                        new ConfigTarget(configuration.getPid(), Optional.ofNullable(configuration.getFactoryPid()));
                if (state.rules().allowed().names(target) || state.records().containsKey(target.pid())) {
                    inspect(configuration, target);
                }
            } catch (IllegalStateException deleted) {
                // It is not there any more.
            }
        }
        if (listed) {
            unseen.removeAll(inspections.keySet());
            state.records().keySet().removeAll(unseen);
            attempts.keySet().retainAll(inspections.keySet());
        }
    }

    private void inspect(Configuration configuration, ConfigTarget target) {
        probed = null;
        Dictionary<String, Object> delivered = configuration.getProcessedProperties(probe);
        if (probed != null && delivered != null) {
            Map<String, Object> properties = Collections.list(delivered.keys()).stream()
                    .collect(Collectors.toMap(property -> property, delivered::get));
            inspections.put(target.pid(), new Inspection(configuration, target, probed, properties));
            state.records().computeIfAbsent(target.pid(), first -> new DeliveryRecord(probed.written()));
        }
    }

    private Collection<Configuration> configurations() {
        try {
            Configuration[] all = admin.listConfigurations(null);
            listed = true;
            return all == null ? Set.of() : Set.of(all);
        } catch (IOException | InvalidSyntaxException | IllegalStateException refused) {
            if (listed) {
                LOG.warn(
                        "ConfigAdmin does not list its configurations ({}); it is asked again.",
                        refused.getClass().getName());
            }
            listed = false;
            return Set.of();
        }
    }

    /** Whether the last inspection saw everything. */
    boolean isComplete() {
        return listed;
    }

    /** Every secret that some configuration refers to and may have. */
    Set<SecretLocator> needed() {
        return inspections.values().stream()
                .flatMap(inspection -> inspection.wanted().needed().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What keeps references from being resolved. */
    Set<String> warnings() {
        return inspections.values().stream()
                .flatMap(inspection -> inspection.wanted().warnings().stream())
                .limit(MAX_WARNINGS)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Delivers, in the order of PIDs.
     *
     * @param answered whether stores were asked for all of these secrets, with whatever outcome
     */
    void reconcile(Predicate<Set<SecretLocator>> answered, long now) {
        earliestDelivery.values().removeIf(when -> when - now <= 0);
        consumers.inspect();
        for (Inspection inspection : inspections.values()) {
            if (!state.isClosed() && answered.test(inspection.wanted().needed())) {
                try {
                    reconcile(inspection, now);
                } catch (IllegalStateException deleted) {
                    attempts.remove(inspection.target().pid());
                }
            }
        }
    }

    private void reconcile(Inspection inspection, long now) {
        String pid = inspection.target().pid();
        DeliveryRecord record = state.records().get(pid);
        if (record == null || !record.noteReferences(inspection.wanted())) {
            return;
        }
        Attempts before = attempts.get(pid);
        String location = inspection.configuration().getBundleLocation();
        if (!consumers.isOutdated(inspection.target(), location, inspection.wanted(), inspection.delivered(), record)) {
            attempts.remove(pid);
            if (before != null && before.count() >= USUAL_ATTEMPTS) {
                LOG.info("{}: its consumers have the values now.", LogSafe.of(pid));
            }
            if (inspection.wanted().needed().isEmpty()) {
                state.records().remove(pid, record);
            }
        } else if (record.isOutdated(inspection.wanted())
                && (before == null || !before.refused() && !before.wereFor(inspection.wanted()))) {
            if (!earliestDelivery.containsKey(pid)) {
                deliver(inspection, Attempts.NONE, now);
            }
        } else if (before == null) {
            attempts.put(pid, new Attempts(0, now + FIRST_WAIT.toNanos(), FIRST_WAIT, false, null));
        } else if (before.due() - now <= 0) {
            deliver(inspection, before, now);
        }
    }

    private void deliver(Inspection inspection, Attempts before, long now) {
        String pid = inspection.target().pid();
        boolean refused = false;
        try {
            redelivery.deliver(inspection.configuration());
            LOG.info("{}: delivered again, with the values at hand.", LogSafe.of(pid));
        } catch (IOException | RuntimeException refusal) {
            refused = true;
            if (!before.refused()) {
                // Without the message: it may quote properties.
                LOG.warn(
                        "{}: ConfigAdmin does not deliver it again ({}); its consumers keep what they have, and it is tried again.",
                        LogSafe.of(pid),
                        refusal.getClass().getName());
            }
        }
        if (before.count() + 1 == USUAL_ATTEMPTS) {
            LOG.warn(
                    "{}: delivered {} times, and a consumer still does not have the values at hand; it is delivered again,"
                            + " ever less often.",
                    LogSafe.of(pid),
                    USUAL_ATTEMPTS);
        }
        Duration wait = before.nextWait();
        Duration next = wait.multipliedBy(2);
        attempts.put(
                pid,
                new Attempts(
                        before.count() + 1,
                        now + wait.toNanos(),
                        next.compareTo(MAX_WAIT) < 0 ? next : MAX_WAIT,
                        refused,
                        inspection.wanted()));
        earliestDelivery.put(pid, now + FIRST_WAIT.toNanos());
    }

    Duration untilNext(Duration longest, long now) {
        long next = longest.toNanos();
        for (Attempts one : attempts.values()) {
            next = one.due() - now > 0 ? Math.min(next, one.due() - now) : next;
        }
        for (long when : earliestDelivery.values()) {
            next = when - now > 0 ? Math.min(next, when - now) : next;
        }
        return Duration.ofNanos(next);
    }
}
