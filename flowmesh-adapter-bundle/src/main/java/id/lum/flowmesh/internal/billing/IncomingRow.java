package id.lum.flowmesh.internal.billing;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.flowmesh.UsageRow;
import java.util.Optional;

/**
 * A usage row as the host emitted it, and whom to bill for it.
 *
 * @param row the row
 * @param email the address of its principal, if it is known already; not printed. One that is no text of up to 320
 *     bytes is not kept
 */
record IncomingRow(UsageRow row, Optional<String> email) {
    IncomingRow {
        requireNonNull(row, "row");
        requireNonNull(email, "email");
    }

    @Override
    public String toString() {
        return row + (email.isPresent() ? " with" : " without") + " an e-mail address";
    }
}
