package id.lum.testing.contract;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A checker and a registrar that keep every promise; tests override one method at a time to break one. */
class MemoryPlugin implements PermissionChecker, ResourceRegistrar {
    static final String CLAIMABLE = "lease";

    protected final Map<ResourceRef, String> owners = new HashMap<>();
    protected boolean closed;

    protected boolean isAllowed(PrincipalContext principal, ResourceRef resource) {
        return principal.principalId().equals(owners.get(key(resource)));
    }

    protected static ResourceRef key(ResourceRef resource) {
        return resource.withMetadata(Map.of());
    }

    protected HookRejection refusal(PrincipalContext principal, ResourceRef resource) {
        return HookRejection.forbidden(LogSafe.of(principal.principalId()) + " may not touch " + resource + ".");
    }

    private void requireOpen() {
        if (closed) {
            throw HookRejection.unavailable("The plugin has stopped.");
        }
    }

    private boolean isFree(ResourceRef resource) {
        return resource.kind().equals(CLAIMABLE) && !owners.containsKey(key(resource));
    }

    @Override
    public synchronized AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
        requireOpen();
        requireNonNull(kind);
        String id = principal.principalId();
        return AccessibleIds.only(owners.entrySet().stream()
                .filter(owned ->
                        owned.getKey().kind().equals(kind) && owned.getValue().equals(id))
                .map(owned -> owned.getKey().id().orElseThrow())
                .collect(Collectors.toSet()));
    }

    @Override
    public synchronized void require(PrincipalContext principal, ResourceRef resource, String action) {
        requiresClaim(principal, resource, action);
    }

    @Override
    public synchronized boolean requiresClaim(PrincipalContext principal, ResourceRef resource, String action) {
        requireOpen();
        if (isAllowed(principal, resource)) {
            return false;
        }
        if (isFree(resource)) {
            return true;
        }
        throw refusal(principal, resource);
    }

    @Override
    public synchronized Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
        if (!requiresClaim(principal, resource, action)) {
            return Optional.empty();
        }
        register(principal, resource);
        return Optional.of(principal.principalId());
    }

    @Override
    public synchronized void undoClaim(PrincipalContext principal, ResourceRef resource, String receipt) {
        owners.remove(key(resource), receipt);
    }

    @Override
    public synchronized void register(PrincipalContext principal, ResourceRef resource) {
        requireOpen();
        String owner = principal.principalId();
        if (!resource.isKindLevel()) {
            owners.put(key(resource), owner);
        }
    }

    @Override
    public synchronized void deregister(PrincipalContext principal, ResourceRef resource) {
        requireOpen();
        owners.remove(key(resource));
    }

    @Override
    public synchronized ReconcileResult reconcile(Collection<ResourceRef> live) {
        requireOpen();
        requireNonNull(live);
        return ReconcileResult.NOTHING;
    }
}
