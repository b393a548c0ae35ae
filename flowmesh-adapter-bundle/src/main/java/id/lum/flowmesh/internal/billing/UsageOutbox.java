package id.lum.flowmesh.internal.billing;

import id.lum.hooks.flowmesh.UsageRow;
import id.lum.support.lifecycle.Leased;
import id.lum.support.sqlite.StoreUnavailable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.annotation.bundle.Capability;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where usage rows wait for Runmesh. A service from the first good configuration on; it stays the same through every
 * change of settings. While billing is off it takes no row, which it logs once and counts.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.flowmesh.internal.billing.UsageOutbox\"",
        effective = "active")
public final class UsageOutbox {
    /** Service property, for operators and tools: {@code on} while rows are billed, else {@code off}. */
    static final String BILLING = "lumid.billing";

    private static final Logger LOG = LoggerFactory.getLogger(UsageOutbox.class);

    private final Supplier<Optional<Leased<DeliveredOutbox>>> outbox;
    private final Supplier<BillingSettings> settings;
    private final Function<String, Optional<String>> emails;
    private final LongAdder notBilled = new LongAdder();
    /** Whether it was logged since billing was last on. */
    private final AtomicBoolean offLogged = new AtomicBoolean();

    UsageOutbox(
            Supplier<Optional<Leased<DeliveredOutbox>>> outbox,
            Supplier<BillingSettings> settings,
            Function<String, Optional<String>> emails) {
        this.outbox = outbox;
        this.settings = settings;
        this.emails = emails;
    }

    /**
     * Takes rows over. They are on the disk when it returns; while billing is off none is kept.
     *
     * @param rows what a host emitted
     * @throws OutboxFull if there is no room for all of them; none is kept then
     * @throws StoreUnavailable if they cannot be written
     */
    public void add(List<UsageRow> rows) {
        BillingSettings now = settings.get();
        if (rows.isEmpty()) {
            return;
        }
        if (!now.isOn()) {
            skip(rows.size());
            return;
        }
        offLogged.set(false);
        // Now, while the address is known: a restart forgets it.
        List<IncomingRow> emitted = rows.stream()
                .map(row -> new IncomingRow(row, emails.apply(row.principalId())))
                .toList();
        leased().<Boolean>withResource(open -> {
            open.outbox().add(emitted, now.mostRows());
            return true;
        });
    }

    private void skip(int rows) {
        notBilled.add(rows);
        if (offLogged.compareAndSet(false, true)) {
            LOG.warn(
                    "Usage rows are not billed and not kept, because billing is off: billing.base.url or .bridge.secret"
                            + " is empty. flowmesh:outbox counts them.");
        }
    }

    /** How many rows came while billing was off. */
    long notBilled() {
        return notBilled.sum();
    }

    /** @throws StoreUnavailable if none could be opened yet */
    Leased<DeliveredOutbox> leased() {
        return outbox.get()
                .orElseThrow(() -> new StoreUnavailable(
                        settings.get().isOn()
                                ? "The outbox is not open; the log says why."
                                : "There is no outbox, because billing is off. Rows not kept: " + notBilled() + "."));
    }
}
