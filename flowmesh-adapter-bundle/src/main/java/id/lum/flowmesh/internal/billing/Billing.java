package id.lum.flowmesh.internal.billing;

import id.lum.flowmesh.internal.delivery.DeliveredOutbox;
import id.lum.flowmesh.internal.delivery.DeliveryPolicy;
import id.lum.flowmesh.internal.outbox.OutboxMetrics;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.flowmesh.internal.usage.EmailDirectory;
import id.lum.hooks.Hook;
import id.lum.hooks.UsageSink;
import id.lum.support.lifecycle.Leased;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.SwappableResource;
import id.lum.support.sqlite.ReopeningStore;
import id.lum.support.sqlite.StoreFactory;
import id.lum.support.sqlite.StoreSettings;
import id.lum.support.sqlite.StoreUnavailable;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the owner of the adapter's configuration holds of billing: it publishes {@link UsageOutbox} and the usage sink
 * from the first configuration on, and {@link BalanceCheck} while that is asked for, and keeps them the same through
 * every change.
 *
 * <p>The outbox stays open when billing is switched off: its rows wait for a Runmesh to be named again.
 */
public final class Billing implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(Billing.class);

    private final BundleContext bundle;
    private final Map<String, Object> hook;
    private final EmailDirectory emails;
    private final UsageOutbox usage;
    private final RunmeshClient client = new RunmeshClient(Clock.systemUTC());
    private final ReopeningStore<StoreSettings, DeliveredOutbox> outboxes;
    private final BalanceCheck check;

    // Read by callers and by the outbox.
    private volatile Optional<BillingSettings> inForce = Optional.empty();
    private volatile Optional<Leased<DeliveredOutbox>> outbox = Optional.empty();
    // Guarded by this, as what follows.
    private Optional<ServiceRegistration<?>> sink = Optional.empty();
    private Optional<ServiceRegistration<UsageOutbox>> usageService = Optional.empty();
    private Optional<ServiceRegistration<BalanceCheck>> guard = Optional.empty();
    private boolean closed;

    /**
     * Billing without a configuration yet.
     *
     * @param bundle the adapter's bundle
     * @param hook the service properties of the adapter's hooks
     * @param emails asked for addresses of principals, also from the threads that deliver
     * @param payers whose balance is asked for
     */
    public Billing(BundleContext bundle, Map<String, Object> hook, EmailDirectory emails, Payers payers) {
        this.bundle = bundle;
        this.hook = hook;
        this.emails = emails;
        this.usage = new UsageOutbox(new Current(), emails);
        try {
            this.check = new BalanceCheck(client, () -> settings().access(), payers, System::nanoTime);
            this.outboxes = new ReopeningStore<>(new Outboxes(), this::opened);
        } catch (RuntimeException | Error failed) {
            // The caller gets no object to close, and the client's threads would stay.
            client.close();
            throw failed;
        }
    }

    private final class Current implements BillingInForce {
        @Override
        public BillingSettings settings() {
            return Billing.this.settings();
        }

        @Override
        public Optional<Leased<DeliveredOutbox>> outbox() {
            return outbox;
        }
    }

    /** Outboxes. One that holds rows cannot be left. */
    private final class Outboxes implements StoreFactory<StoreSettings, DeliveredOutbox> {
        @Override
        public StoreSettings databaseOf(StoreSettings settings) {
            return settings;
        }

        @Override
        public DeliveredOutbox open(StoreSettings settings) {
            return DeliveredOutbox.open(settings, client, emails, Clock.systemUTC(), deliveryPolicy());
        }

        @Override
        public void move(SwappableResource<DeliveredOutbox> resource, StoreSettings settings) {
            resource.exchange(old -> {
                OutboxMetrics metrics = old.outbox().metrics();
                if (metrics.pending() + metrics.deadLetters() > 0) {
                    throw new IllegalStateException(settings.owner() + " = \"" + settings.path()
                            + "\" is refused: the outbox in force, \""
                            + old.outbox().place() + "\", still holds "
                            + metrics.pending() + " rows and " + metrics.deadLetters()
                            + " dead letters. Put that path back until they are delivered.");
                }
                return open(settings);
            });
        }

        @Override
        public boolean mustBeOpenToLeave() {
            return true;
        }

        @Override
        public Optional<String> displaced(DeliveredOutbox open) {
            return open.outbox().displaced();
        }

        @Override
        public void prepareCloseOfDisplaced(DeliveredOutbox displaced) {
            displaced.outbox().prepareCloseOfDisplaced();
        }

        @Override
        public String consequenceWhileClosed() {
            return "Until it opens, no usage row is taken.";
        }
    }

    /**
     * Whether rows are taken, by the configuration in force.
     *
     * @return false if there is none yet, too
     */
    public boolean isOn() {
        return inForce.filter(BillingSettings::isOn).isPresent();
    }

    /**
     * Applies a configuration. An outbox that cannot be opened, or not be left, is tried again in the background;
     * nothing else waits for it: the rows in the way may need just this URL or this secret to leave.
     *
     * @param settings the configuration
     */
    public void apply(BillingSettings settings) {
        inForce = Optional.of(settings);
        // Without billing there is no reason to make a file; one that is there may hold rows.
        settings.outbox()
                .filter(database -> settings.isOn() || outbox.isPresent() || Files.exists(database.path()))
                .ifPresent(outboxes::apply);
        // Last: a sink that arrives finds its outbox open, if that can be opened.
        publish();
    }

    private void opened(Leased<DeliveredOutbox> open) {
        outbox = Optional.of(open);
        publish();
    }

    private DeliveryPolicy deliveryPolicy() {
        return inForce.map(
                        settings -> new DeliveryPolicy(settings.runmesh(), settings.retention(), settings.refusals()))
                .orElse(DeliveryPolicy.NONE_YET);
    }

    private synchronized void publish() {
        if (closed) {
            return;
        }
        BillingSettings settings = settings();
        outbox.ifPresent(this::configure);
        publishSink(settings);
        publishOutbox(settings);
        publishGuard(settings);
    }

    /**
     * Also while billing is off, and while the outbox cannot be opened: without a sink rows would get lost unseen. Its
     * properties change in place, so that there is no moment without it.
     */
    private void publishSink(BillingSettings settings) {
        Dictionary<String, Object> properties = sinkProperties(settings);
        if (sink.isPresent()) {
            sink.get().setProperties(properties);
        } else {
            sink = Optional.of(bundle.registerService(UsageSink.class, new OutboxUsageSink(usage), properties));
        }
    }

    private void publishOutbox(BillingSettings settings) {
        Dictionary<String, Object> properties =
                new Hashtable<>(Map.of(UsageOutbox.BILLING, settings.isOn() ? "on" : "off"));
        if (usageService.isPresent()) {
            usageService.get().setProperties(properties);
        } else {
            usageService = Optional.of(bundle.registerService(UsageOutbox.class, usage, properties));
        }
    }

    /** What the sink refuses stays the host's: nobody else would bill it. */
    private Dictionary<String, Object> sinkProperties(BillingSettings settings) {
        Dictionary<String, Object> properties = new Hashtable<>(hook);
        properties.put(Hook.REQUIRED, true);
        if (!settings.isOn()) {
            properties.put(Hook.DISCARDS, "billing is off");
        }
        return properties;
    }

    /** What has been published reads this, so there is a configuration. */
    private BillingSettings settings() {
        return inForce.orElseThrow();
    }

    private void publishGuard(BillingSettings settings) {
        boolean guarded = settings.isOn() && settings.guard();
        if (guarded && guard.isEmpty()) {
            guard = Optional.of(bundle.registerService(BalanceCheck.class, check, new Hashtable<>()));
        } else if (!guarded) {
            guard.ifPresent(ServiceWithdrawal::unregister);
            guard = Optional.empty();
        }
    }

    private void configure(Leased<DeliveredOutbox> open) {
        try {
            open.<Boolean>withResource(delivered -> {
                delivered.delivery().configure(deliveryPolicy());
                return true;
            });
        } catch (StoreUnavailable notThereNow) {
            LOG.debug("The outbox is not open; it will open with these settings.", notThereNow);
        }
    }

    /** Withdraws first and closes after. */
    @Override
    public void close(StopDeadline deadline) {
        withdraw();
        outboxes.close(deadline);
        client.close(deadline);
    }

    /**
     * Withdraws what is published, for good, and ends the checks under way: what fails during a stop is no outage. Safe
     * to repeat.
     */
    public synchronized void withdraw() {
        closed = true;
        guard.ifPresent(ServiceWithdrawal::unregister);
        sink.ifPresent(ServiceWithdrawal::unregister);
        usageService.ifPresent(ServiceWithdrawal::unregister);
        guard = Optional.empty();
        sink = Optional.empty();
        usageService = Optional.empty();
        check.close();
    }
}
