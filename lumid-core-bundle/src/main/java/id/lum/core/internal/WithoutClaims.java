package id.lum.core.internal;

import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.Grants;
import id.lum.core.grants.SqliteGrantStore;
import java.util.Optional;
import java.util.Set;

/** The grants of a store for somebody who only asks: a claim says what would come of it, and writes nothing. */
record WithoutClaims(SqliteGrantStore store) implements Grants {
    @Override
    public Optional<GrantLevel> level(String kind, String id, String principalId) {
        return store.level(kind, id, principalId);
    }

    @Override
    public Set<String> ids(String kind, String principalId, GrantLevel atLeast) {
        return store.ids(kind, principalId, atLeast);
    }

    @Override
    public Optional<GrantLevel> claim(String kind, String id, String principalId, GrantLevel level) {
        GrantFilter holders = new GrantFilter(Optional.of(kind), Optional.of(id), Optional.empty());
        return store.list(holders, 1).isEmpty() ? Optional.of(level) : store.level(kind, id, principalId);
    }
}
