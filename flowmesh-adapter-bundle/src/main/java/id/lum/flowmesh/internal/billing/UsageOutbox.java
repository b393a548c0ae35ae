package id.lum.flowmesh.internal.billing;

import id.lum.core.live.Leased;
import id.lum.core.sqlite.StoreUnavailable;
import id.lum.hooks.flowmesh.UsageRow;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.annotation.bundle.Capability;

/**
 * Where usage rows wait for Runmesh. A service while billing is on or an outbox is open, with {@link #BILLING} saying
 * whether rows are wanted; it stays the same through every change of settings.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.flowmesh.internal.billing.UsageOutbox\"",
        effective = "active")
public final class UsageOutbox {
    /** Service property: {@code on} while rows are to be billed, else {@code off}. */
    static final String BILLING = "lumid.billing";

    /** How the sink finds it. */
    public static final String TAKING_ROWS = "(" + BILLING + "=on)";

    private final Supplier<Optional<Leased<RelayedOutbox>>> outbox;
    private final Supplier<BillingSettings> settings;
    private final Function<String, Optional<String>> emails;

    UsageOutbox(
            Supplier<Optional<Leased<RelayedOutbox>>> outbox,
            Supplier<BillingSettings> settings,
            Function<String, Optional<String>> emails) {
        this.outbox = outbox;
        this.settings = settings;
        this.emails = emails;
    }

    /**
     * Takes rows over. They are on the disk when it returns.
     *
     * @param rows what a host emitted
     * @throws OutboxFull if there is no room for all of them; none is kept then
     * @throws StoreUnavailable if they cannot be written
     */
    public void add(List<UsageRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        // Now, while the address is known: a restart forgets it.
        List<Emitted> emitted = rows.stream()
                .map(row -> new Emitted(row, emails.apply(row.principalId())))
                .toList();
        leased().<Boolean>with(open -> {
            open.outbox().add(emitted, settings.get().mostRows());
            return true;
        });
    }

    /** @throws StoreUnavailable if none could be opened yet */
    Leased<RelayedOutbox> leased() {
        return outbox.get().orElseThrow(() -> new StoreUnavailable("The outbox is not open; the log says why."));
    }
}
