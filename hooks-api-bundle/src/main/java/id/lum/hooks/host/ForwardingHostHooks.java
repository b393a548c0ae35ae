package id.lum.hooks.host;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Forwards every call to another view. A host extends it to offer its own types: enumerations instead of text, and its
 * own kinds of hook.
 *
 * @param <R> the host's usage row
 */
public abstract class ForwardingHostHooks<R> implements HostHooks<R> {
    private final HostHooks<R> hooks;

    /**
     * Forwards to a view.
     *
     * @param hooks the view, as the service registry has it
     */
    protected ForwardingHostHooks(HostHooks<R> hooks) {
        this.hooks = Objects.requireNonNull(hooks, "hooks");
    }

    @Override
    public final String host() {
        return hooks.host();
    }

    @Override
    public final PrincipalContext authenticate(String bearer) {
        return hooks.authenticate(bearer);
    }

    @Override
    public final void checkSubmission(PrincipalContext principal) {
        hooks.checkSubmission(principal);
    }

    @Override
    public final void require(PrincipalContext principal, ResourceRef resource, String action) {
        hooks.require(principal, resource, action);
    }

    @Override
    public final AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
        return hooks.accessibleIds(principal, kind, action);
    }

    @Override
    public final void register(PrincipalContext principal, ResourceRef resource) {
        hooks.register(principal, resource);
    }

    @Override
    public final void deregister(PrincipalContext principal, ResourceRef resource) {
        hooks.deregister(principal, resource);
    }

    @Override
    public final ReconcileResult reconcile(Collection<ResourceRef> live) {
        return hooks.reconcile(live);
    }

    @Override
    public final void emit(List<R> rows) {
        hooks.emit(rows);
    }

    @Override
    public final <H, A> Optional<A> first(HookKind<H> kind, Function<? super H, Optional<A>> question) {
        return hooks.first(kind, question);
    }

    @Override
    public final <H> int every(HookKind<H> kind, Consumer<? super H> question) {
        return hooks.every(kind, question);
    }

    @Override
    public final List<HookStatus> hooks() {
        return hooks.hooks();
    }

    @Override
    public final SwapMetrics swaps() {
        return hooks.swaps();
    }
}
