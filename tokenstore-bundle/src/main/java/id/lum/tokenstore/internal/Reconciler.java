package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.tokenstore.internal.ReferencePlugin.Inspection;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what every configuration should be with what its consumers have, and has it delivered again where they
 * differ, whatever the reason. For the refresh loop's thread.
 *
 * <p>It cannot run in circles: what is in force is not delivered, a delivery asks no store, and deliveries of one
 * configuration are a second apart at least. A consumer that never has what it should have is served ever less often,
 * down to once an hour.
 */
final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final int MAX_WARNINGS = 1000;

    private final ConfigurationAdmin admin;
    private final ReferencePlugin plugin;
    private final SecretCache secrets;
    private final ConsumerCheck consumers;
    private final Redelivery redelivery;
    private final LongSupplier nanos;
    private List<Inspection> inspections = List.of();
    private final Set<String> refused = new HashSet<>();
    private Set<String> warned = Set.of();
    private volatile boolean closed;

    Reconciler(
            ConfigurationAdmin admin,
            ReferencePlugin plugin,
            SecretCache secrets,
            ConsumerCheck consumers,
            Redelivery redelivery,
            LongSupplier nanos) {
        this.admin = admin;
        this.plugin = plugin;
        this.secrets = secrets;
        this.consumers = consumers;
        this.redelivery = redelivery;
        this.nanos = nanos;
    }

    /** Looks at every configuration that a rule names or named, and forgets what is deleted. */
    void inspect() throws IOException, InvalidSyntaxException {
        Set<String> unseen = new HashSet<>(plugin.records().keySet());
        Configuration[] all = admin.listConfigurations(null);
        inspections = Stream.of(all == null ? new Configuration[0] : all)
                .flatMap(one -> plugin.inspect(one).stream())
                .sorted(Comparator.comparing(seen -> seen.target().pid()))
                .toList();
        inspections.forEach(seen -> unseen.remove(seen.target().pid()));
        plugin.records().keySet().removeAll(unseen);
        refused.retainAll(plugin.records().keySet());
    }

    /** Every secret that some configuration refers to and may have. */
    Set<SecretLocator> needed() {
        return inspections.stream()
                .flatMap(seen -> seen.wanted().needed().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Logs once, for as long as it lasts, what keeps a reference from being resolved. */
    void warn() {
        Set<String> warnings = inspections.stream()
                .flatMap(seen -> seen.wanted().warnings().stream())
                .limit(MAX_WARNINGS)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        warnings.stream().filter(warning -> !warned.contains(warning)).forEach(LOG::warn);
        warned = warnings;
    }

    /** Delivers, in the order of PIDs, what consumers lack; but not before stores have answered. */
    void reconcile() {
        consumers.refresh();
        for (Inspection seen : inspections) {
            if (!closed && secrets.isComplete(seen.wanted().needed())) {
                try {
                    reconcile(seen);
                } catch (IllegalStateException deleted) {
                    // The next inspection forgets it.
                }
            }
        }
    }

    private void reconcile(Inspection seen) {
        String pid = seen.target().pid();
        DeliveryRecord record = seen.record();
        if (!record.noteReferences(seen.wanted())) {
            return;
        }
        if (consumers.anyLacks(seen)) {
            if (record.noteLacking(seen.wanted(), nanos.getAsLong())) {
                deliver(seen, pid);
            }
            return;
        }
        if (record.arrived()) {
            LOG.info("{}: its consumers have the values now.", LogSafe.of(pid));
        }
        if (seen.wanted().needed().isEmpty()) {
            plugin.records().remove(pid, record);
        }
    }

    private void deliver(Inspection seen, String pid) {
        // Before it is made: the time of the next one counts from here, however long this one takes.
        int attempts = seen.record().delivering(seen.wanted(), nanos.getAsLong());
        try {
            redelivery.deliver(seen.configuration());
            refused.remove(pid);
            LOG.info("{}: delivered again, with the values at hand.", LogSafe.of(pid));
        } catch (IOException | RuntimeException refusal) {
            if (refused.add(pid)) {
                // Without the message: it may quote properties.
                LOG.warn(
                        "{}: ConfigAdmin does not deliver it again ({}); its consumers keep what they have, and it is tried again.",
                        LogSafe.of(pid),
                        refusal.getClass().getName());
            }
        }
        if (attempts == DeliveryRecord.USUAL_ATTEMPTS) {
            LOG.warn(
                    "{}: delivered {} times, and a consumer still does not have the values at hand; it is delivered again,"
                            + " ever less often.",
                    LogSafe.of(pid),
                    DeliveryRecord.USUAL_ATTEMPTS);
        }
    }

    /** How long until the next delivery, if one is to come before that. */
    Duration untilNext(Duration most) {
        Duration next = most;
        for (DeliveryRecord record : plugin.records().values()) {
            next = record.untilNext(next, nanos.getAsLong());
        }
        return next;
    }

    /** Delivers nothing any more. By any thread. */
    void close() {
        closed = true;
    }
}
