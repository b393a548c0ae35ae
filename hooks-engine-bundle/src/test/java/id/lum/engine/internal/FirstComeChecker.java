package id.lum.engine.internal;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A resource belongs to the first who claims it. */
class FirstComeChecker implements PermissionChecker {
    record Owned(String owner, String receipt) {}

    final Map<ResourceRef, Owned> owners;
    final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger claims = new AtomicInteger();

    FirstComeChecker() {
        this(new ConcurrentHashMap<>());
    }

    /** One that goes on with the owners of its predecessor. */
    FirstComeChecker(Map<ResourceRef, Owned> owners) {
        this.owners = owners;
    }

    Optional<String> ownerOf(ResourceRef resource) {
        return Optional.ofNullable(owners.get(resource)).map(Owned::owner);
    }

    @Override
    public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
        return AccessibleIds.only(Set.of());
    }

    @Override
    public void require(PrincipalContext principal, ResourceRef resource, String action) {
        requiresClaim(principal, resource, action);
    }

    @Override
    public boolean requiresClaim(PrincipalContext principal, ResourceRef resource, String action) {
        calls.add("require");
        Optional<String> owner = ownerOf(resource);
        refuseUnless(owner.isEmpty() || owner.get().equals(principal.principalId()));
        return owner.isEmpty();
    }

    @Override
    public Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
        calls.add("claim");
        Owned mine = new Owned(principal.principalId(), "claim " + claims.incrementAndGet());
        Owned owned = owners.computeIfAbsent(resource, free -> mine);
        refuseUnless(owned.owner().equals(principal.principalId()));
        return owned.equals(mine) ? Optional.of(mine.receipt()) : Optional.empty();
    }

    @Override
    public void undoClaim(PrincipalContext principal, ResourceRef resource, String receipt) {
        calls.add("undo");
        owners.remove(resource, new Owned(principal.principalId(), receipt));
    }

    private static void refuseUnless(boolean allowed) {
        if (!allowed) {
            throw HookRejection.forbidden("Somebody else's.");
        }
    }
}
