package id.lum.traffic;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HookKind;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.host.SwapMetrics;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A view over grants in memory that answers as lum.id's policy does, and whose registrar fails when a test says so. Its
 * principals are {@code owner}, {@code reader} and {@code admin}, each with its name as its token.
 */
final class BrittleView implements HostHooks<String> {
    /** What becomes of a registration or a deregistration. */
    enum Fate {
        MADE,
        /** It is answered 503, and not made. */
        REFUSED,
        /** It is answered 503, and made. */
        MADE_AND_NOT_CONFIRMED
    }

    private static final Map<String, String> KINDS = Map.of("job", "owner", "artifact", "admin");

    private final Queue<Fate> fates = new ArrayDeque<>();
    private final Set<String> owned = new HashSet<>();
    private boolean forgetful;

    /** What becomes of the next registrations and deregistrations, in order; of later ones nothing special. */
    void next(Fate... some) {
        fates.addAll(List.of(some));
    }

    /** Registrations are confirmed and not made from now on. */
    void forget() {
        forgetful = true;
    }

    private void change(Runnable change) {
        Fate fate = Optional.ofNullable(fates.poll()).orElse(Fate.MADE);
        if (fate != Fate.REFUSED && !forgetful) {
            change.run();
        }
        if (fate != Fate.MADE) {
            throw HookRejection.unavailable("Grants are unavailable");
        }
    }

    @Override
    public String host() {
        return "acme";
    }

    @Override
    public PrincipalContext authenticate(String bearer) {
        if (!Set.of("owner", "reader", "admin").contains(bearer)) {
            throw HookRejection.unauthorized("No identity provider accepted the token");
        }
        return new PrincipalContext(bearer, "lumid", bearer, "user", List.of());
    }

    @Override
    public void checkSubmission(PrincipalContext principal) {
        // Everybody may submit.
    }

    @Override
    public void require(PrincipalContext principal, ResourceRef resource, String action) {
        if (principal.principalId().equals("admin")) {
            return;
        }
        if (!KINDS.containsKey(resource.kind()) || action.equals("traffic")) {
            throw HookRejection.forbidden(Refusal.UNSUPPORTED, "unsupported kind or action");
        }
        if (action.equals("admin") || KINDS.get(resource.kind()).equals("admin")) {
            throw HookRejection.forbidden(Refusal.ADMIN_ONLY, action + " is admin-only");
        }
        boolean owner = principal.principalId().equals("owner");
        if (resource.id().isEmpty() && !owner) {
            throw HookRejection.forbidden(Refusal.SCOPE_REQUIRED, action + " requires scope");
        }
        if (!resource.id().map(id -> owner && owned.contains(id)).orElse(true)) {
            throw HookRejection.forbidden(Refusal.NO_GRANT, action + " needs a grant");
        }
    }

    @Override
    public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
        return AccessibleIds.only(principal.principalId().equals("owner") ? owned : Set.of());
    }

    @Override
    public void register(PrincipalContext principal, ResourceRef resource) {
        change(() -> owned.add(resource.id().orElseThrow()));
    }

    @Override
    public void deregister(PrincipalContext principal, ResourceRef resource) {
        change(() -> owned.remove(resource.id().orElseThrow()));
    }

    @Override
    public ReconcileResult reconcile(Collection<ResourceRef> live) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void emit(List<String> rows) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <H, A> Optional<A> first(HookKind<H> kind, Function<? super H, Optional<A>> question) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <H> int every(HookKind<H> kind, Consumer<? super H> question) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<HookStatus> hooks() {
        return List.of();
    }

    @Override
    public SwapMetrics swaps() {
        return new SwapMetrics(0, 0, 0, 0);
    }
}
