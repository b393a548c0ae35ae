package id.lum.flowmesh.internal.billing;

import id.lum.flowmesh.internal.delivery.DeliveredOutbox;
import id.lum.flowmesh.internal.outbox.OutboxFull;
import id.lum.flowmesh.internal.usage.EmailDirectory;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.support.lifecycle.Leased;
import id.lum.support.sqlite.StoreUnavailable;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
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

    private final BillingInForce inForce;
    private final EmailDirectory emails;
    private final LongAdder notBilled = new LongAdder();
    /** Whether it was logged since billing was last on. */
    private final AtomicBoolean offLogged = new AtomicBoolean();

    UsageOutbox(BillingInForce inForce, EmailDirectory emails) {
        this.inForce = inForce;
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
        BillingSettings now = inForce.settings();
        if (rows.isEmpty()) {
            return;
        }
        if (!now.isOn()) {
            skip(rows.size());
            return;
        }
        offLogged.set(false);
        leased().<Boolean>withResource(open -> {
            open.outbox().add(rows, emails, now.mostRows());
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
        return inForce.outbox()
                .orElseThrow(() -> new StoreUnavailable(
                        inForce.settings().isOn()
                                ? "The outbox is not open; the log says why."
                                : "There is no outbox, because billing is off. Rows not kept: " + notBilled() + "."));
    }
}
