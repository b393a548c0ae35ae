package id.lum.flowmesh.internal.billing;

import id.lum.core.live.Leased;
import id.lum.hooks.flowmesh.UsageRow;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.annotation.bundle.Capability;

/**
 * Where usage rows wait for Runmesh. A service while the outbox is open, with {@link #BILLING} saying whether rows are
 * taken; it stays the same through every change of settings.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.flowmesh.internal.billing.UsageOutbox\"",
        effective = "active")
public final class UsageOutbox {
    /** Service property: {@code on} while rows are taken, else {@code off}. */
    static final String BILLING = "lumid.billing";

    /** How the sink finds it. */
    public static final String TAKING_ROWS = "(" + BILLING + "=on)";

    private final Leased<RelayedOutbox> outbox;
    private final Supplier<BillingSettings> settings;
    private final Function<String, Optional<String>> emails;

    UsageOutbox(
            Leased<RelayedOutbox> outbox,
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
     */
    public void add(List<UsageRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        // Now, while the address is known: a restart forgets it.
        List<Emitted> emitted = rows.stream()
                .map(row -> new Emitted(row, emails.apply(row.principalId())))
                .toList();
        outbox.<Boolean>with(open -> {
            open.outbox().add(emitted, settings.get().mostRows());
            return true;
        });
    }

    Leased<RelayedOutbox> leased() {
        return outbox;
    }
}
