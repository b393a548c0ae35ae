package id.lum.demo.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the principal that registered a resource last its owner. */
final class OwnerRegistrar implements ResourceRegistrar {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerRegistrar.class);

    private final String host;
    private final Owners owners;

    OwnerRegistrar(String host, Owners owners) {
        this.host = host;
        this.owners = owners;
    }

    @Override
    public void register(PrincipalContext principal, ResourceRef resource) {
        String who = LogSafe.of(principal.principalId());
        if (resource.isKindLevel()) {
            LOG.warn("{}: {} cannot come to own {}, which has no id; ignored.", host, who, resource);
            return;
        }
        resource.id().ifPresent(id -> owners.own(resource.kind(), id, principal.principalId()));
        LOG.info("{}: {} owns {}.", host, who, resource);
    }

    @Override
    public void deregister(PrincipalContext principal, ResourceRef resource) {
        resource.id().ifPresent(id -> owners.disown(resource.kind(), id));
        LOG.info(
                "{}: {} deregistered {}{}.",
                host,
                LogSafe.of(principal.principalId()),
                resource,
                resource.isKindLevel() ? ", which has no id; ignored" : "");
    }

    /**
     * Deletes nothing: what may go is what was last confirmed before this process started, and memory holds nothing as
     * old as that.
     */
    @Override
    public ReconcileResult reconcile(Collection<ResourceRef> live) {
        owners.requireOpen();
        long owned = live.stream()
                .distinct()
                .filter(resource -> resource.id()
                        .flatMap(id -> owners.ownerOf(resource.kind(), id))
                        .isPresent())
                .count();
        LOG.info("{}: {} resources are live; nothing is older than this process, so nothing goes.", host, live.size());
        return new ReconcileResult(owned, 0);
    }
}
