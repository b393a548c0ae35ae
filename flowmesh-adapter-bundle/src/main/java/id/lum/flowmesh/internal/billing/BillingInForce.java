package id.lum.flowmesh.internal.billing;

import id.lum.flowmesh.internal.delivery.DeliveredOutbox;
import id.lum.support.lifecycle.Leased;
import java.util.Optional;

/** What of billing is in force now. It changes with the configuration. */
interface BillingInForce {

    BillingSettings settings();

    /** The outbox; empty if none could be opened yet. */
    Optional<Leased<DeliveredOutbox>> outbox();
}
