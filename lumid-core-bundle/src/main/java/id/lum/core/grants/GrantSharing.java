package id.lum.core.grants;

import id.lum.hooks.ResourceRef;
import id.lum.support.lifecycle.Leased;

/** Sharing by grants in the store that serves now. */
public final class GrantSharing implements Sharing {
    private final Leased<SqliteGrantStore> store;

    /**
     * Sharing in a store.
     *
     * @param store leased for each call
     */
    public GrantSharing(Leased<SqliteGrantStore> store) {
        this.store = store;
    }

    @Override
    public void grant(ResourceRef resource, String principalId, GrantLevel level) {
        String id = concrete(resource);
        if (principalId.isBlank()) {
            throw new IllegalArgumentException("A grant needs a principal that is not blank.");
        }
        store.withResource(open -> {
            open.grant(resource.kind(), id, principalId, level);
            return id;
        });
    }

    @Override
    public boolean revoke(ResourceRef resource, String principalId) {
        String id = concrete(resource);
        return store.withResource(open -> open.revoke(resource.kind(), id, principalId));
    }

    private static String concrete(ResourceRef resource) {
        return resource.id()
                .orElseThrow(() ->
                        new IllegalArgumentException("Only one resource can be shared, not " + resource + " at once."));
    }
}
