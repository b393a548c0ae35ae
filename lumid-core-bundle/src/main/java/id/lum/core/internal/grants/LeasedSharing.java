package id.lum.core.internal.grants;

import id.lum.core.grants.Grant;
import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreControl;
import id.lum.core.grants.GrantStoreMetrics;
import id.lum.core.policy.Decision;
import id.lum.core.policy.Sharing;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.support.lifecycle.Leased;
import java.util.List;

/** Shares by grants in the store that serves now, and lets operators look at that store. */
public final class LeasedSharing implements Sharing, GrantStoreControl {
    private final String host;
    private final GrantAccess grants;

    /**
     * Sharing on a host.
     *
     * @param host the host's name
     * @param authorization the policy and the grants, leased for every call
     */
    public LeasedSharing(String host, Leased<Authorization> authorization) {
        this.host = host;
        this.grants = new GrantAccess(authorization);
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public void grant(ResourceRef resource, String principalId, GrantLevel level) {
        String id = concrete(resource);
        if (principalId.isBlank()) {
            throw new IllegalArgumentException("A grant needs a principal that is not blank.");
        }
        grants.call("share " + resource, open -> {
            open.engine().objectionToGrants(resource.kind()).ifPresent(objection -> {
                throw new IllegalArgumentException(objection);
            });
            open.store().grant(resource.kind(), id, principalId, level);
            return resource;
        });
    }

    @Override
    public boolean revoke(ResourceRef resource, String principalId) {
        String id = concrete(resource);
        return grants.call("revoke " + resource, open -> open.store().revoke(resource.kind(), id, principalId));
    }

    @Override
    public List<Grant> list(GrantFilter filter, int limit) {
        return grants.call("list grants", open -> open.store().list(filter, limit));
    }

    @Override
    public Decision explain(PrincipalContext principal, ResourceRef resource, String action) {
        return grants.call("explain a decision", open -> open.decide(principal, resource, action));
    }

    @Override
    public GrantStoreMetrics metrics() {
        return grants.call("read metrics", open -> open.store().metrics());
    }

    @Override
    public String synchronous() {
        return grants.call("read the synchronous mode", open -> open.store().synchronous());
    }

    @Override
    public void clearCache() {
        grants.call("clear the cache of grants", open -> {
            open.store().clearCache();
            return host;
        });
    }

    private static String concrete(ResourceRef resource) {
        return resource.id()
                .orElseThrow(() ->
                        new IllegalArgumentException("Only one resource can be shared, not " + resource + " at once."));
    }
}
