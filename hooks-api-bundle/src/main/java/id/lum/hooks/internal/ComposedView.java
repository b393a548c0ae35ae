package id.lum.hooks.internal;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.host.SwapCounts;
import java.util.Collection;
import java.util.List;

/** Combines the answers of several hooks into one, as docs/concepts.md says ("How several hooks answer as one"). */
class ComposedView<R> implements HostHooks<R> {
    /** Who everybody is while access is open and no hook was ever seen. */
    private static final PrincipalContext EVERYBODY =
            new PrincipalContext("admin", "local", "admin", "admin", List.of("*"));

    private final LiveRoster roster;
    private final HookCalls calls;

    ComposedView(LiveRoster roster) {
        this.roster = roster;
        this.calls = new HookCalls(roster, false);
    }

    final HookCalls calls() {
        return calls;
    }

    /** No longer misses the hooks of a name, which are gone for good. Returns how many were missed. */
    final int forget(String name) {
        return roster.forget(name);
    }

    @Override
    public final String host() {
        return roster.host();
    }

    @Override
    public final PrincipalContext authenticate(String bearer) {
        if (roster.admitsEverybody()) {
            return EVERYBODY;
        }
        return calls.keepingSecret()
                .first(HookKind.IDENTITY, provider -> provider.resolve(bearer))
                .orElseThrow(() -> HookRejection.unauthorized("No identity provider accepted the token"));
    }

    @Override
    public final void checkSubmission(PrincipalContext principal) {
        calls.every(HookKind.GUARD, guard -> guard.check(principal));
    }

    @Override
    public final void require(PrincipalContext principal, ResourceRef resource, String action) {
        // A claim is made after every checker has allowed: made earlier, it would outlive another checker's denial.
        if (requiresClaim(principal, resource, action)) {
            refuseUnlessAsked(new ClaimPhase(calls, principal, resource).claimEverywhere(action));
        }
    }

    /** Like {@link #require}, but claims nothing: for questions that must not change what they ask about. */
    final boolean requiresClaim(PrincipalContext principal, ResourceRef resource, String action) {
        if (roster.admitsEverybody()) {
            return false;
        }
        boolean[] claims = {false};
        refuseUnlessAsked(calls.every(
                HookKind.PERMISSION, checker -> claims[0] |= checker.requiresClaim(principal, resource, action)));
        return claims[0];
    }

    @Override
    public final AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
        if (roster.admitsEverybody()) {
            return AccessibleIds.all();
        }
        AccessibleIds[] ids = {AccessibleIds.all()};
        refuseUnlessAsked(calls.every(
                HookKind.PERMISSION,
                checker -> ids[0] = ids[0].intersect(checker.accessibleIds(principal, kind, action))));
        return ids[0];
    }

    @Override
    public final void register(PrincipalContext principal, ResourceRef resource) {
        calls.every(HookKind.REGISTRAR, registrar -> registrar.register(principal, resource));
    }

    @Override
    public final void deregister(PrincipalContext principal, ResourceRef resource) {
        calls.every(HookKind.REGISTRAR, registrar -> registrar.deregister(principal, resource));
    }

    @Override
    public final void reconcile(Collection<ResourceRef> live) {
        List<ResourceRef> resources = List.copyOf(live);
        calls.every(HookKind.REGISTRAR, registrar -> registrar.reconcile(resources));
    }

    @Override
    public final void emit(List<R> rows) {
        deliver(rows);
    }

    /** Like {@link #emit}, and says who took the rows. */
    final HookCalls.Told deliver(List<R> rows) {
        List<Object> copy = List.copyOf(rows);
        HookCalls.Told told = calls.tell(HookKind.USAGE, sink -> sink.emit(copy));
        if (told.there() > 0) {
            roster.countRowsWithSink();
        } else if (!copy.isEmpty()) {
            roster.countRowsWithoutSink(copy.size());
        }
        return told;
    }

    @Override
    public final List<HookStatus> hooks() {
        return roster.statuses();
    }

    @Override
    public final SwapCounts swaps() {
        return roster.swaps();
    }

    /** "Every checker allows" is true of no checkers at all, and must not be an allow. */
    private static void refuseUnlessAsked(int asked) {
        if (asked == 0) {
            throw HookRejection.unavailable("This server has no permission hook.");
        }
    }
}
