package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.tokenstore.internal.ReferencePlugin.Inspection;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.InvalidSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a pass does: asks stores for what is due, compares what every configuration should be with what its consumers
 * have, and has it delivered again where they differ, whatever the reason.
 *
 * <p>It cannot run in circles: what is in force is not delivered, a delivery asks no store, and deliveries of one
 * configuration are a second apart at least. A consumer that never has what it should have is served ever less often,
 * down to once an hour.
 */
final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final int MAX_WARNINGS = 1000;

    private final ReferencePlugin plugin;
    private final StoreRegistry stores;
    private final SecretCache secrets;
    private final ConsumerCheck consumers;
    private final Redelivery redelivery;
    private final EventLoop loop;
    private volatile TokenStoreSettings settings = TokenStoreSettings.NONE;
    private Set<String> warned = Set.of();

    Reconciler(
            ReferencePlugin plugin,
            StoreRegistry stores,
            SecretCache secrets,
            ConsumerCheck consumers,
            Redelivery redelivery,
            EventLoop loop) {
        this.plugin = plugin;
        this.stores = stores;
        this.secrets = secrets;
        this.consumers = consumers;
        this.redelivery = redelivery;
        this.loop = loop;
    }

    /** Other settings count from the next pass on, which asks for every secret again. By any thread. */
    void configure(TokenStoreSettings next) {
        settings = next;
        secrets.recheck();
    }

    boolean isConfigured() {
        return settings != TokenStoreSettings.NONE;
    }

    /**
     * Those of the settings and stores of the moment. By any thread.
     *
     * @throws IllegalStateException if no settings are in force, in a sentence for an operator
     */
    ResolutionRules rules() {
        if (!isConfigured() || loop.hasEnded()) {
            throw new IllegalStateException("The configuration " + TokenStoreSettings.PID
                    + " was refused, as the log says; no reference is resolved.");
        }
        return settings.rules(stores.prefixes());
    }

    void pass() throws IOException, InvalidSyntaxException {
        List<Inspection> inspections = inspect();
        Set<SecretLocator> needed = inspections.stream()
                .flatMap(seen -> seen.wanted().needed().stream())
                .collect(Collectors.toUnmodifiableSet());
        if (secrets.askFor(needed)) {
            // The rest of this pass is for the answers that have come. The next one asks for what is due by then.
            loop.wake();
            inspections = inspect();
        }
        warn(inspections);
        consumers.refresh();
        for (Inspection seen : inspections) {
            // Not before stores have answered.
            if (!loop.hasEnded() && secrets.hasAnswers(seen.wanted().needed())) {
                try {
                    reconcile(seen);
                } catch (IllegalStateException deleted) {
                    // The next inspection forgets it.
                }
            }
        }
    }

    private List<Inspection> inspect() throws IOException, InvalidSyntaxException {
        TokenStoreSettings current = settings;
        loop.hasCome(loop.now() + current.recheck().toNanos());
        secrets.takeAnswers(current.recheck());
        return plugin.inspect(current.rules(stores.prefixes()));
    }

    /** Logs once, for as long as it lasts, what keeps a reference from being resolved. */
    private void warn(List<Inspection> inspections) {
        Set<String> warnings = inspections.stream()
                .flatMap(seen -> seen.wanted().warnings().stream())
                .limit(MAX_WARNINGS)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        warnings.stream().filter(warning -> !warned.contains(warning)).forEach(LOG::warn);
        warned = warnings;
    }

    private void reconcile(Inspection seen) {
        String pid = seen.target().pid();
        DeliveryRecord record = seen.record();
        if (!record.refers(seen.wanted())) {
            return;
        }
        if (consumers.anyLacks(seen)) {
            if (loop.hasCome(record.due(seen.wanted(), loop.now()))) {
                deliver(seen);
                // That knows when to deliver again, also if there is no event.
                loop.wake();
            }
            return;
        }
        if (record.arrived()) {
            LOG.info("{}: its consumers have the values now.", LogSafe.of(pid));
        }
        if (seen.wanted().needed().isEmpty()) {
            plugin.forget(seen);
        }
    }

    private void deliver(Inspection seen) {
        String pid = LogSafe.of(seen.target().pid());
        // Before it is made: the time of the next one counts from here, however long this one takes.
        int attempts = seen.record().delivering(seen.wanted(), loop.now());
        try {
            redelivery.deliver(seen.configuration());
            seen.record().isNewlyRefused(false);
            LOG.info("{}: delivered again, with the values at hand.", pid);
        } catch (IOException | RuntimeException refusal) {
            if (seen.record().isNewlyRefused(true)) {
                // Without the message: it may quote properties.
                LOG.warn(
                        "{}: ConfigAdmin does not deliver it again ({}); its consumers keep what they have, and it is tried again.",
                        pid,
                        refusal.getClass().getName());
            }
        }
        if (attempts == DeliveryRecord.USUAL_ATTEMPTS) {
            LOG.warn(
                    "{}: delivered {} times, and a consumer still does not have the values at hand; it is delivered again,"
                            + " ever less often.",
                    pid,
                    attempts);
        }
    }
}
