package id.lum.core.policy;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.Grants;
import id.lum.core.policy.Decision.Allowed;
import id.lum.core.policy.Decision.Claimed;
import id.lum.core.policy.Decision.Denied;
import id.lum.core.policy.Decision.Reason;
import id.lum.hooks.AccessibleIds;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import java.util.Optional;
import java.util.Set;

/** Decides by a policy table. Immutable; it asks for grants only when the table leaves the decision to them. */
public final class PolicyEngine {
    private final PermissionPolicy policy;
    private final PolicyOptions options;

    /**
     * An engine for a table.
     *
     * @param policy the table
     * @param options what the operator switched on beyond it
     * @throws IllegalArgumentException if the table gives an option no meaning; the message ends the sentence "it ..."
     */
    public PolicyEngine(PermissionPolicy policy, PolicyOptions options) {
        options.checkAgainst(policy);
        this.policy = policy;
        this.options = options;
    }

    /**
     * Whether a principal may do something. Changes nothing: where only a claim would open the resource, the answer is
     * {@link Reason#CLAIM}, and {@link #claim} makes it.
     *
     * @param principal who is asking
     * @param resource one resource, or a kind
     * @param action what is to be done
     * @param grants where grants are looked up
     * @return the decision
     * @throws id.lum.support.sqlite.StoreUnavailable if a grant was asked for and could not be read
     */
    public Decision decide(PrincipalContext principal, ResourceRef resource, String action, Grants grants) {
        for (String scope : principal.scopes()) {
            if (policy.adminScopes().contains(scope)) {
                return new Allowed(Reason.ADMIN_SCOPE, action, resource.kind(), resource.id(), scope);
            }
        }
        Optional<KindRule> kind = policy.kind(resource.kind());
        Optional<ActionRule> rule = policy.action(action);
        if (kind.isEmpty() || rule.isEmpty()) {
            return denied(Refusal.UNSUPPORTED, principal, resource, action, kind.isEmpty() ? "kind" : "action");
        }
        return resource.isKindLevel()
                ? decideKind(principal, kind.get(), resource, action)
                : decideResource(principal, kind.get(), resource, rule.get(), grants);
    }

    /**
     * Decides as {@link #decide} does, and claims the resource where the decision takes that.
     *
     * @param principal who is asking
     * @param resource one resource, or a kind
     * @param action what is to be done
     * @param grants where grants are looked up, and the claim is made
     * @return the decision, after the claim: {@link Decision.Claimed} if it made a grant; a refusal if another
     *     principal claimed it first
     * @throws id.lum.support.sqlite.StoreUnavailable if a grant was asked for and could not be read or written
     */
    public Decision claim(PrincipalContext principal, ResourceRef resource, String action, Grants grants) {
        Decision decision = decide(principal, resource, action, grants);
        if (!(decision instanceof Allowed allowed) || !requiresClaim(allowed)) {
            return decision;
        }
        KindRule kind = policy.kind(resource.kind()).orElseThrow();
        ActionRule rule = policy.action(action).orElseThrow();
        GrantLevel needed = rule.needed().orElseThrow();
        String id = resource.id().orElseThrow();
        Optional<String> receipt = grants.claim(kind.grantKind(), id, principal.principalId(), needed);
        if (receipt.isPresent()) {
            return new Claimed(allowed, receipt.get());
        }
        return grants.level(kind.grantKind(), id, principal.principalId())
                        .filter(level -> level.covers(needed))
                        .isPresent()
                ? decision
                : denied(Refusal.NO_GRANT, principal, resource, action, needed.name());
    }

    /**
     * Removes the grant that {@link #claim} made, unless it was made or confirmed again since.
     *
     * @param principal who claimed
     * @param resource what was claimed
     * @param receipt that of the decision
     * @param grants where the claim was made
     * @return whether it was removed
     * @throws id.lum.support.sqlite.StoreUnavailable if the grants cannot be written
     */
    public boolean undoClaim(PrincipalContext principal, ResourceRef resource, String receipt, Grants grants) {
        KindRule kind = policy.kind(resource.kind()).orElseThrow();
        return grants.undoClaim(kind.grantKind(), resource.id().orElseThrow(), principal.principalId(), receipt);
    }

    /**
     * Whether a decision holds only together with a claim.
     *
     * @param decision the decision
     * @return true if it allows because no principal holds the resource
     */
    public static boolean requiresClaim(Decision decision) {
        return decision instanceof Allowed allowed && allowed.reason() == Reason.CLAIM;
    }

    /**
     * Which resources of a kind a principal may do something to. An id is among them exactly when {@link #decide}
     * allows it, but that this claims nothing.
     *
     * @param principal who is asking
     * @param kindWord the kind of resource
     * @param action what is to be done
     * @param grants where grants are looked up
     * @return every id, or those that grants open; none for an unknown kind or action
     * @throws id.lum.support.sqlite.StoreUnavailable if grants were asked for and could not be read
     */
    public AccessibleIds accessibleIds(PrincipalContext principal, String kindWord, String action, Grants grants) {
        if (principal.holdsAny(policy.adminScopes())) {
            return AccessibleIds.all();
        }
        Optional<KindRule> kind = policy.kind(kindWord);
        Optional<GrantLevel> needed = policy.action(action).flatMap(ActionRule::needed);
        if (kind.isEmpty() || needed.isEmpty()) {
            return AccessibleIds.only(Set.of());
        }
        if (fleetScope(principal, kind.get(), action).isPresent()) {
            return AccessibleIds.all();
        }
        return AccessibleIds.onSnapshot(grants.ids(kind.get().grantKind(), principal.principalId(), needed.get()));
    }

    /**
     * Why a grant on a kind would open nothing.
     *
     * @param kindWord the kind of resource
     * @return empty if grants on it count; else what does, as a sentence
     */
    public Optional<String> objectionToGrants(String kindWord) {
        Optional<KindRule> kind = policy.kind(kindWord);
        if (kind.isPresent()) {
            return kind.get()
                    .parent()
                    .map(parent -> "Kind " + kindWord + " has no grants of its own: it is decided by the " + parent
                            + " of the same id.");
        }
        return Optional.of("KIND must be one of " + String.join(", ", policy.kindsWithGrants()) + ".");
    }

    private static Decision decideKind(PrincipalContext principal, KindRule kind, ResourceRef resource, String action) {
        Optional<String> scope = kind.scope(action);
        if (scope.isEmpty()) {
            return denied(Refusal.ADMIN_ONLY, principal, resource, action, "");
        }
        return principal.scopes().contains(scope.get())
                ? new Allowed(Reason.KIND_SCOPE, action, kind.kind(), resource.id(), scope.get())
                : denied(Refusal.SCOPE_REQUIRED, principal, resource, action, scope.get());
    }

    private Decision decideResource(
            PrincipalContext principal, KindRule kind, ResourceRef resource, ActionRule rule, Grants grants) {
        String action = rule.action();
        if (rule.needed().isEmpty()) {
            return denied(Refusal.ADMIN_ONLY, principal, resource, action, "");
        }
        Optional<String> fleetScope = fleetScope(principal, kind, action);
        if (fleetScope.isPresent()) {
            return new Allowed(Reason.FLEET_SCOPE, action, kind.kind(), resource.id(), fleetScope.get());
        }
        GrantLevel needed = rule.needed().get();
        String grantKind = kind.grantKind();
        String id = resource.id().orElseThrow();
        Optional<GrantLevel> held = grants.level(grantKind, id, principal.principalId());
        if (held.isPresent() && held.get().covers(needed)) {
            return new Allowed(
                    Reason.GRANT, action, grantKind, resource.id(), held.get().name());
        }
        if (held.isEmpty()
                && options.claimable().contains(kind.kind())
                && grants.isClaimable(grantKind, id, principal.principalId())) {
            return new Allowed(Reason.CLAIM, action, grantKind, resource.id(), needed.name());
        }
        return denied(Refusal.NO_GRANT, principal, resource, action, needed.name());
    }

    private static Denied denied(
            Refusal refusal, PrincipalContext principal, ResourceRef resource, String action, String missing) {
        return new Denied(refusal, action, resource.kind(), resource.id(), principal.principalId(), missing);
    }

    private Optional<String> fleetScope(PrincipalContext principal, KindRule kind, String action) {
        return options.isFleet(kind.kind(), action)
                ? kind.scope(action).filter(principal.scopes()::contains)
                : Optional.empty();
    }
}
