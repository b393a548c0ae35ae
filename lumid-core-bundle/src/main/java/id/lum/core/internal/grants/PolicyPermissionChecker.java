package id.lum.core.internal.grants;

import id.lum.core.policy.Decision;
import id.lum.core.policy.PolicyEngine;
import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.support.lifecycle.Leased;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A permission checker that decides by a policy over grants.
 *
 * <p>It fails closed: if grants cannot be read, the call is rejected with 503.
 */
public final class PolicyPermissionChecker implements PermissionChecker {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyPermissionChecker.class);

    private final GrantAccess grants;

    /** @param authorization the policy and the grants, leased for every call */
    public PolicyPermissionChecker(Leased<Authorization> authorization) {
        this.grants = new GrantAccess(authorization);
    }

    @Override
    public void require(PrincipalContext principal, ResourceRef resource, String action) {
        requiresClaim(principal, resource, action);
    }

    @Override
    public boolean requiresClaim(PrincipalContext principal, ResourceRef resource, String action) {
        Decision decision = asking(leased -> leased.decide(principal, resource, action));
        refuseIfDenied(decision);
        return PolicyEngine.requiresClaim(decision);
    }

    @Override
    public Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
        Decision decision = asking(leased -> leased.claim(principal, resource, action));
        refuseIfDenied(decision);
        return decision instanceof Decision.Claimed claimed ? Optional.of(claimed.receipt()) : Optional.empty();
    }

    @Override
    public void undoClaim(PrincipalContext principal, ResourceRef resource, String receipt) {
        boolean removed = asking(leased -> leased.undoClaim(principal, resource, receipt));
        LOG.info(
                "A claim of {} {} by {} was undone, because another checker did not claim; its grant {}",
                LogSafe.of(resource.kind()),
                LogSafe.of(resource.id().orElse("")),
                LogSafe.of(principal.principalId()),
                removed ? "is removed" : "had been removed, made or confirmed again since, and is left as it is");
    }

    private static void refuseIfDenied(Decision decision) {
        if (decision instanceof Decision.Denied denied) {
            throw HookRejection.forbidden(denied.refusal(), denied::sentence);
        }
    }

    @Override
    public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
        return asking(leased -> leased.accessibleIds(principal, kind, action));
    }

    private <T> T asking(Function<Authorization, T> question) {
        return grants.call("decide by grants", question);
    }
}
