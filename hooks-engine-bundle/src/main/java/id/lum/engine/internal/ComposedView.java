package id.lum.engine.internal;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HookKind;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.host.SwapMetrics;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Combines the answers of several hooks into one, as docs/concepts.md says ("How several hooks answer as one"). */
final class ComposedView<R> implements HostHooks<R> {
    /** Who everybody is while access is open and no hook was ever seen. */
    private static final PrincipalContext EVERYBODY =
            new PrincipalContext("admin", "local", "admin", "admin", List.of("*"));

    private final HookRegistry registry;
    private final HookDispatcher dispatcher;

    ComposedView(HookRegistry registry) {
        this.registry = registry;
        this.dispatcher = new HookDispatcher(registry, false);
    }

    /** No longer waits for the hooks of a name, which are gone for good. Returns how many were unavailable. */
    int remove(String name) {
        return registry.remove(name);
    }

    @Override
    public String host() {
        return registry.host();
    }

    @Override
    public PrincipalContext authenticate(String bearer) {
        if (registry.admitsEverybody()) {
            return EVERYBODY;
        }
        return dispatcher
                .keepingSecret()
                .first(HookKinds.IDENTITY, provider -> provider.resolve(bearer))
                .orElseThrow(() -> HookRejection.unauthorized("No identity provider accepted the token"));
    }

    @Override
    public void checkSubmission(PrincipalContext principal) {
        dispatcher.every(HookKinds.GUARD, guard -> guard.check(principal));
    }

    @Override
    public void require(PrincipalContext principal, ResourceRef resource, String action) {
        // A claim is made after every checker has allowed: made earlier, it would outlive another checker's denial.
        if (requiresClaim(principal, resource, action)) {
            refuseUnlessAsked(new ClaimPhase(dispatcher, principal, resource).claimEverywhere(action));
        }
    }

    /** Like {@link #require}, but claims nothing: for questions that must not change what they ask about. */
    boolean requiresClaim(PrincipalContext principal, ResourceRef resource, String action) {
        if (registry.admitsEverybody()) {
            return false;
        }
        List<Boolean> claims =
                dispatcher.answers(HookKinds.PERMISSION, checker -> checker.requiresClaim(principal, resource, action));
        refuseUnlessAsked(claims.size());
        return claims.contains(true);
    }

    @Override
    public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
        if (registry.admitsEverybody()) {
            return AccessibleIds.all();
        }
        List<AccessibleIds> ids =
                dispatcher.answers(HookKinds.PERMISSION, checker -> checker.accessibleIds(principal, kind, action));
        refuseUnlessAsked(ids.size());
        return ids.stream().reduce(AccessibleIds.all(), AccessibleIds::intersect);
    }

    @Override
    public void register(PrincipalContext principal, ResourceRef resource) {
        dispatcher.every(HookKinds.REGISTRAR, registrar -> registrar.register(principal, resource));
    }

    @Override
    public void deregister(PrincipalContext principal, ResourceRef resource) {
        dispatcher.every(HookKinds.REGISTRAR, registrar -> registrar.deregister(principal, resource));
    }

    @Override
    public ReconcileResult reconcile(Collection<ResourceRef> live) {
        List<ResourceRef> resources = List.copyOf(live);
        return dispatcher.answers(HookKinds.REGISTRAR, registrar -> registrar.reconcile(resources)).stream()
                .reduce(ReconcileResult.NOTHING, ReconcileResult::plus);
    }

    @Override
    public void emit(List<R> rows) {
        deliver(rows);
    }

    /** Like {@link #emit}, and returns how many sinks accepted the rows. */
    HookDispatcher.Delivery deliver(List<?> rows) {
        List<Object> copy = List.copyOf(rows);
        HookDispatcher.Delivery delivery = dispatcher.deliver(HookKinds.USAGE, sink -> sink.emit(copy));
        if (delivery.hooks() > 0) {
            registry.sinklessRows().delivered(registry.label());
        } else if (!copy.isEmpty()) {
            registry.sinklessRows().lost(registry.label(), copy.size());
        }
        return delivery;
    }

    @Override
    public <H, A> Optional<A> first(HookKind<H> kind, Function<? super H, Optional<A>> question) {
        registry.kinds().requireDeclared(kind);
        return dispatcher.keepingSecret().first(kind, question);
    }

    @Override
    public <H> int every(HookKind<H> kind, Consumer<? super H> question) {
        registry.kinds().requireDeclared(kind);
        return dispatcher.keepingSecret().every(kind, question);
    }

    @Override
    public List<HookStatus> hooks() {
        return registry.statuses();
    }

    @Override
    public SwapMetrics swaps() {
        return registry.swaps();
    }

    /** "Every checker allows" is true of no checkers at all, and must not be an allow. */
    private static void refuseUnlessAsked(int asked) {
        if (asked == 0) {
            throw HookRejection.unavailable("This server has no permission hook.");
        }
    }
}
