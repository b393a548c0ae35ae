package id.lum.core.policy;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.support.lifecycle.Leased;
import id.lum.support.log.LogRateLimiter;
import id.lum.support.sqlite.StoreUnavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A permission checker that decides by a policy over grants. An adapter's checker is this with a name.
 *
 * <p>It fails closed: if grants cannot be read, the call is rejected with 503.
 */
public class PolicyPermissionChecker implements PermissionChecker {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyPermissionChecker.class);

    private final Leased<Authorization> authorization;
    private final LogRateLimiter lines = new LogRateLimiter(System::nanoTime, Duration.ofMinutes(1));

    /** @param authorization the policy and the grants, leased for every call */
    protected PolicyPermissionChecker(Leased<Authorization> authorization) {
        this.authorization = requireNonNull(authorization, "authorization");
    }

    @Override
    public final void require(PrincipalContext principal, ResourceRef resource, String action) {
        requiresClaim(principal, resource, action);
    }

    @Override
    public final boolean requiresClaim(PrincipalContext principal, ResourceRef resource, String action) {
        Decision decision = decide(principal, resource, action);
        refuseIfDenied(decision);
        return PolicyEngine.requiresClaim(decision);
    }

    @Override
    public final Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
        Decision decision = asking(leased -> leased.claim(principal, resource, action));
        refuseIfDenied(decision);
        return decision instanceof Decision.Claimed claimed ? Optional.of(claimed.receipt()) : Optional.empty();
    }

    @Override
    public final void undoClaim(PrincipalContext principal, ResourceRef resource, String receipt) {
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
            throw HookRejection.forbidden(denied.refusal(), denied.sentence());
        }
    }

    @Override
    public final AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
        return asking(leased -> leased.accessibleIds(principal, kind, action));
    }

    /**
     * The decision behind {@link #require}, with its reason.
     *
     * @param principal who is asking
     * @param resource one resource, or a kind
     * @param action what is to be done
     * @return the decision
     */
    protected final Decision decide(PrincipalContext principal, ResourceRef resource, String action) {
        return asking(leased -> leased.decide(principal, resource, action));
    }

    private <T> T asking(Function<Authorization, T> question) {
        try {
            return authorization.withResource(question);
        } catch (StoreUnavailable failure) {
            // A store may be away for hours, and every call fails meanwhile.
            if (lines.tryAcquire()) {
                LOG.error("Grants could not be read: {}", failure.getMessage(), failure);
            } else {
                LOG.debug("Grants could not be read", failure);
            }
            throw HookRejection.unavailable("Grants are unavailable");
        }
    }
}
