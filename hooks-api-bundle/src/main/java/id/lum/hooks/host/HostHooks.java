package id.lum.hooks.host;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * All hooks of one host, asked as one. The service carries the host's name as {@code hook.host}, and its grace time as
 * {@code grace.ms}.
 *
 * <pre>{@code
 * @Reference(target = "(hook.host=acme)")
 * HostHooks<AcmeUsage> hooks;
 * }</pre>
 *
 * <p><b>It fails closed.</b> A hook that throws anything but a {@link id.lum.hooks.HookRejection} turns into a 503; so
 * does a required hook that is not there. Nothing is decided from the hooks that happen to be left.
 *
 * <p><b>It waits through a swap.</b> A hook that was seen and has left is unavailable: a call that would have asked it
 * waits until a hook of the same kind and name is back, or until the grace time counted from its departure is over.
 * Then a required hook means 503; another one is removed, with a warning. A hook that leaves in the middle of a call,
 * before it has answered, is asked again once it is back; those asked before it are not. A hook that left during a call
 * and did not return means 503 for that call, required or not. There are two exceptions: {@link #authenticate} and
 * {@link #first} return the answer of another hook if one gives it, and {@link #emit} counts required sinks alone. At
 * most 256 callers of a view wait at a time; one more is refused with 503.
 *
 * <p>A required kind means that every hook of that kind seen so far must be available: with one of two checkers gone,
 * the other does not decide alone. An operator says with {@code hooks:remove} that a hook is gone for good.
 *
 * <p>Calls block and may come from any thread. An interrupted caller gets a 503 and keeps its interrupt flag. A view
 * whose configuration was deleted answers 503 for ever; inject it dynamically, or statically and let the component go
 * with it.
 *
 * @param <R> the host's usage row
 */
@ProviderType
public interface HostHooks<R> {
    /** Service property: the grace time in milliseconds, a {@code Long}. */
    String GRACE_MILLIS = "grace.ms";

    /** The grace time of a view whose configuration does not set it, in milliseconds. */
    long GRACE_MILLIS_DEFAULT = 2000;

    /**
     * The host this view is for.
     *
     * @return its name
     */
    String host();

    /**
     * Who a bearer token belongs to. Providers are asked in order, and the first that accepts the token decides.
     *
     * @param bearer the token, without the word {@code Bearer}
     * @return the principal
     * @throws id.lum.hooks.HookRejection with 401 {@code No identity provider accepted the token}, as a provider
     *     rejects, or with 503
     */
    PrincipalContext authenticate(String bearer);

    /**
     * Returns if the principal may submit work now. Guards are asked in order, and the first rejection wins.
     *
     * @param principal who is submitting
     * @throws id.lum.hooks.HookRejection as a guard rejects, or with 503
     */
    void checkSubmission(PrincipalContext principal);

    /**
     * Returns if the principal may do this. Every checker must allow, and there must be one.
     *
     * @param principal who is asking
     * @param resource one resource, or a kind
     * @param action what is to be done
     * @throws id.lum.hooks.HookRejection as a checker rejects, or with 503
     */
    void require(PrincipalContext principal, ResourceRef resource, String action);

    /**
     * Returns the ids of a kind on which the principal may do the action: those that every checker allows. There must
     * be a checker.
     *
     * @param principal who is asking
     * @param kind the kind of resource
     * @param action what is to be done
     * @return every id only if every checker returns every id; otherwise the intersection of the other answers
     * @throws id.lum.hooks.HookRejection as a checker rejects, or with 503
     */
    AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action);

    /**
     * Tells every registrar, in order, that a resource was persisted. The first failure ends it; the host then aborts
     * its own request.
     *
     * @param principal who made it
     * @param resource the resource
     * @throws id.lum.hooks.HookRejection as a registrar rejects, or with 503
     */
    void register(PrincipalContext principal, ResourceRef resource);

    /**
     * Tells every registrar, in order, that a resource was deleted for good. The first failure ends it.
     *
     * @param principal who deleted it
     * @param resource the resource
     * @throws id.lum.hooks.HookRejection as a registrar rejects, or with 503
     */
    void deregister(PrincipalContext principal, ResourceRef resource);

    /**
     * Tells every registrar, in order, which resources are live. The first failure ends it; what registrars before it
     * did stays, and the host repeats the call.
     *
     * @param live every live resource
     * @return the sum of what all registrars confirmed and deleted. If a registrar was swapped during the call, its
     *     successor's answer counts
     * @throws id.lum.hooks.HookRejection as a registrar rejects, or with 503
     */
    ReconcileResult reconcile(Collection<ResourceRef> live);

    /**
     * Gives usage rows to every sink, whatever the others do. A failure is logged. Only when a required sink is absent,
     * refused, or left during the call and did not return, does the caller learn of it, and still owns the rows;
     * emitting them again is safe.
     *
     * <p>If no sink is there and none is required, the rows are lost: that is counted ({@link #swaps}), and logged once
     * until a sink is there.
     *
     * <p>A requirement {@code usage} means every sink that was seen since the start; {@code usage:<name>} means that
     * one. A sink may also be {@link id.lum.hooks.Hook#required() required} by its service property
     * {@code hook.required}, while it is there.
     *
     * @param rows the rows, in the order of the work
     * @throws id.lum.hooks.HookRejection with 503 if a required sink is absent, refused, or left and did not return
     */
    void emit(List<R> rows);

    /**
     * Asks the hooks of a kind of the host's own, in order, until one answers.
     *
     * <p>The question may carry a secret: of an exception that a hook throws, the log shows class and frames and never
     * the message.
     *
     * @param kind a kind that a bundle has declared
     * @param question asks one hook; empty means "not mine". It may be asked again after a swap
     * @param <H> the hook's interface
     * @param <A> the answer
     * @return the first answer, or empty if no hook gave one
     * @throws id.lum.hooks.HookRejection as a hook rejects, or with 503 if one failed, or is unavailable and required
     * @throws IllegalArgumentException if no bundle has declared the kind, or it is one of the five that every host has
     */
    <H, A> Optional<A> first(HookKind<H> kind, Function<? super H, Optional<A>> question);

    /**
     * Asks every hook of a kind of the host's own, in order. The first that throws ends it.
     *
     * <p>What {@link #first} says about secrets holds here too.
     *
     * @param kind a kind that a bundle has declared
     * @param question asks one hook; it may be asked again after a swap
     * @param <H> the hook's interface
     * @return how many hooks there were
     * @throws id.lum.hooks.HookRejection as a hook rejects, or with 503 if one failed, or is unavailable and required
     * @throws IllegalArgumentException if no bundle has declared the kind, or it is one of the five that every host has
     */
    <H> int every(HookKind<H> kind, Consumer<? super H> question);

    /**
     * The hooks this view knows, in the order in which they are asked.
     *
     * @return a snapshot
     */
    List<HookStatus> hooks();

    /**
     * What swaps have cost so far.
     *
     * @return a snapshot
     */
    SwapMetrics swaps();
}
