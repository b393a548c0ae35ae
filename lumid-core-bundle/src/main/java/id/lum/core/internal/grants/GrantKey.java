package id.lum.core.internal.grants;

import id.lum.hooks.LogSafe;

/**
 * Who and on what: the primary key of the table. Comparable, because strangers choose ids: a hash table searches keys
 * of equal hash in order instead of one by one.
 */
record GrantKey(String kind, String id, String principalId) implements Comparable<GrantKey> {
    int characters() {
        return kind.length() + id.length() + principalId.length();
    }

    @Override
    public int compareTo(GrantKey other) {
        int byId = id.compareTo(other.id);
        int byPrincipal = byId != 0 ? byId : principalId.compareTo(other.principalId);
        return byPrincipal != 0 ? byPrincipal : kind.compareTo(other.kind);
    }

    @Override
    public String toString() {
        return LogSafe.of(kind) + " " + LogSafe.of(id) + " of principal " + LogSafe.of(principalId);
    }
}
