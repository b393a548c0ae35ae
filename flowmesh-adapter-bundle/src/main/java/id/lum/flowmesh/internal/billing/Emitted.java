package id.lum.flowmesh.internal.billing;

import static java.util.Objects.requireNonNull;

import id.lum.core.sqlite.UnstorableText;
import id.lum.hooks.Printable;
import id.lum.hooks.flowmesh.UsageRow;
import java.util.Optional;

/**
 * A usage row as the host emitted it, and whom to bill for it.
 *
 * @param row the row
 * @param email the address of its principal, if it is known already; not printed
 */
record Emitted(UsageRow row, Optional<String> email) {
    Emitted {
        requireNonNull(row, "row");
        requireNonNull(email, "email");
    }

    /** Lets pass what can be stored as it is. */
    void demandStorable() {
        UnstorableText.refuse(row.principalId(), row.taskId(), row.orgId(), row.taskStatus());
        row.supplierId().ifPresent(UnstorableText::refuse);
        if (!email.map(UnstorableText::isStorable).orElse(true)) {
            // Not by UnstorableText, which quotes what it refuses.
            throw new IllegalArgumentException("The e-mail address of principal " + Printable.of(row.principalId())
                    + " is not well-formed Unicode and cannot be stored.");
        }
    }

    @Override
    public String toString() {
        return row + (email.isPresent() ? " with" : " without") + " an e-mail address";
    }
}
