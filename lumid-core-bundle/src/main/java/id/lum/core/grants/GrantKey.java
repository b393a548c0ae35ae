package id.lum.core.grants;

import id.lum.hooks.Printable;

/** Who and on what: the primary key of the table. */
record GrantKey(String kind, String id, String principalId) {
    @Override
    public String toString() {
        return Printable.of(kind) + " " + Printable.of(id) + " of principal " + Printable.of(principalId);
    }
}
