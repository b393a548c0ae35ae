package id.lum.demo.internal;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a resource be touched by its owner alone, a kind by whoever holds a scope, and everything by an administrator.
 * It knows no kinds and no actions: each is as good as any other.
 */
final class OwnerPermissionChecker implements PermissionChecker {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerPermissionChecker.class);

    private static final String ADMIN_SCOPE = "admin";

    private final String host;
    private final Owners owners;

    OwnerPermissionChecker(String host, Owners owners) {
        this.host = host;
        this.owners = owners;
    }

    @Override
    public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
        AccessibleIds ids = isAdmin(principal)
                ? AccessibleIds.all()
                : AccessibleIds.onSnapshot(owners.idsOf(kind, principal.principalId()));
        LOG.info(
                "{}: {} may {} {} of kind {}.",
                host,
                LogSafe.of(principal.principalId()),
                LogSafe.of(action),
                ids,
                LogSafe.of(kind));
        return ids;
    }

    @Override
    public void require(PrincipalContext principal, ResourceRef resource, String action) {
        boolean allowed = isAdmin(principal)
                || resource.id()
                        .map(id -> owns(principal, resource.kind(), id))
                        .orElseGet(() -> !principal.scopes().isEmpty());
        String deed = LogSafe.of(action) + " " + resource;
        String who = LogSafe.of(principal.principalId());
        LOG.info("{}: {} {} {}.", host, who, allowed ? "may" : "may not", deed);
        if (!allowed) {
            throw HookRejection.forbidden(
                    resource.isKindLevel() ? Refusal.SCOPE_REQUIRED : Refusal.NO_GRANT,
                    "Principal " + who + " may not " + deed + ": "
                            + (resource.isKindLevel() ? "that needs a token with a scope." : "only its owner may."));
        }
    }

    private boolean owns(PrincipalContext principal, String kind, String id) {
        return owners.ownerOf(kind, id).filter(principal.principalId()::equals).isPresent();
    }

    private static boolean isAdmin(PrincipalContext principal) {
        return principal.scopes().contains(ADMIN_SCOPE);
    }
}
