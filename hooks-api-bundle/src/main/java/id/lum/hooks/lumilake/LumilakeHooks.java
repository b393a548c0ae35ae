package id.lum.hooks.lumilake;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.ForwardingHostHooks;
import id.lum.hooks.host.HookKind;
import id.lum.hooks.host.HostHooks;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The view of the host {@code lumilake} in Lumilake's own types, with Lumilake's own kind of hook, the optimizer.
 *
 * <pre>{@code
 * @Activate
 * public Server(@Reference(target = "(hook.host=lumilake)") HostHooks<UsageRow> hooks) {
 *     this.hooks = new LumilakeHooks(hooks);
 * }
 * }</pre>
 */
public final class LumilakeHooks extends ForwardingHostHooks<UsageRow> {
    private static final HookKind<OptimizerProvider> OPTIMIZER = new HookKind<>("optimizer", OptimizerProvider.class);

    /**
     * Wraps a view.
     *
     * @param hooks the view of the host {@code lumilake}
     */
    public LumilakeHooks(HostHooks<UsageRow> hooks) {
        super(hooks);
    }

    /**
     * {@link HostHooks#require(PrincipalContext, ResourceRef, String)} for one resource.
     *
     * @param principal who is asking
     * @param kind the kind of resource
     * @param id which one
     * @param action what is to be done
     * @throws id.lum.hooks.HookRejection if the principal may not, or with 503 if that cannot be told now
     */
    public void require(PrincipalContext principal, ResourceKind kind, String id, ResourceAction action) {
        require(principal, ResourceRef.of(kind.id(), id), action.id());
    }

    /**
     * {@link HostHooks#require(PrincipalContext, ResourceRef, String)} for a kind as a whole.
     *
     * @param principal who is asking
     * @param kind the kind of resource
     * @param action what is to be done
     * @throws id.lum.hooks.HookRejection if the principal may not, or with 503 if that cannot be told now
     */
    public void require(PrincipalContext principal, ResourceKind kind, ResourceAction action) {
        require(principal, ResourceRef.kindLevel(kind.id()), action.id());
    }

    /**
     * {@link HostHooks#accessibleIds(PrincipalContext, String, String)}.
     *
     * @param principal who is asking
     * @param kind the kind of resource
     * @param action what is to be done
     * @return every id, or exactly some
     * @throws id.lum.hooks.HookRejection with 503 if that cannot be told now
     */
    public AccessibleIds accessibleIds(PrincipalContext principal, ResourceKind kind, ResourceAction action) {
        return accessibleIds(principal, kind.id(), action.id());
    }

    /**
     * The optimizers on offer now, of all providers.
     *
     * @return the names, each once; of two spellings that of the provider asked first
     * @throws id.lum.hooks.HookRejection with 503 if a provider failed, or is unavailable and required
     */
    public Set<String> optimizers() {
        // A sorted set keeps the element it has when an equal one comes, so the first spelling wins.
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        every(OPTIMIZER, provider -> names.addAll(List.copyOf(provider.names())));
        return Collections.unmodifiableSet(names);
    }

    /**
     * A handle on an optimizer.
     *
     * @param name the name, compared case-insensitively
     * @return the handle, good for as long as the view
     * @throws id.lum.hooks.HookRejection with 400 if no provider offers the name, naming what is on offer, or with 503
     *     if a provider failed, or is unavailable and required
     */
    public OptimizerHandle optimizer(String name) {
        // The first that offers the name decides; those after it are not asked.
        return first(OPTIMIZER, provider -> Optional.of(name).filter(wanted -> offers(provider, wanted)))
                .map(offered -> new OptimizerHandle(this, offered))
                .orElseThrow(() -> unknown(name));
    }

    Schedule schedule(String name, ScheduleRequest request, String bearer) {
        // One question: a provider that leaves between its catalog and its plan is asked for both again.
        return first(
                        OPTIMIZER,
                        provider -> offers(provider, name)
                                ? Optional.of(provider.create(name).schedule(request, bearer))
                                : Optional.empty())
                .orElseThrow(() -> unknown(name));
    }

    private static boolean offers(OptimizerProvider provider, String name) {
        return provider.names().stream().anyMatch(name::equalsIgnoreCase);
    }

    private HookRejection unknown(String name) {
        Set<String> names = optimizers();
        String offered = names.isEmpty() ? "none" : LogSafe.of(String.join(", ", names));
        return new HookRejection(400, "Unknown optimizer " + LogSafe.of(name) + "; on offer: " + offered + ".");
    }
}
