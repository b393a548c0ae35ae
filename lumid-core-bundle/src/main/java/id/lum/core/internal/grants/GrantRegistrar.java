package id.lum.core.internal.grants;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.Sweep;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.support.lifecycle.Leased;
import id.lum.support.log.LogRateLimiter;
import id.lum.support.sqlite.UnstorableText;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Grants write on a resource to the principal that registers it, and deletes all grants of a deregistered resource. */
public final class GrantRegistrar implements ResourceRegistrar {
    private static final Logger LOG = LoggerFactory.getLogger(GrantRegistrar.class);

    private final GrantAccess grants;
    private final Sweep sweep;
    /** Apart from the line that says that the store is away. */
    private final LogRateLimiter invalidNames = new LogRateLimiter(System::nanoTime, Duration.ofMinutes(1));

    /**
     * @param authorization the policy and the grants, leased for every call
     * @param sweep what a reconcile of this host may delete
     */
    public GrantRegistrar(Leased<Authorization> authorization, Sweep sweep) {
        this.grants = new GrantAccess(authorization);
        this.sweep = sweep;
    }

    @Override
    public void register(PrincipalContext principal, ResourceRef resource) {
        if (resource.isKindLevel()) {
            warn("Registration of {} by {} is ignored: it has no id, so nobody can own it", resource, principal);
            return;
        }
        call("register " + resource, open -> {
            open.grant(resource.kind(), resource.id().orElseThrow(), principal.principalId(), GrantLevel.WRITE);
            return resource;
        });
    }

    @Override
    public void deregister(PrincipalContext principal, ResourceRef resource) {
        resource.id().ifPresent(id -> call("deregister " + resource, open -> open.removeAll(resource.kind(), id)));
    }

    @Override
    public ReconcileResult reconcile(Collection<ResourceRef> live) {
        return call("reconcile", open -> open.reconcile(live, sweep));
    }

    private <T> T call(String what, Function<SqliteGrantStore, T> call) {
        try {
            return grants.call(what, open -> call.apply(open.store()));
        } catch (UnstorableText unstorable) {
            warn("Cannot {}: {}", what, unstorable.getMessage());
            throw HookRejection.forbidden(
                    Refusal.INVALID_REQUEST, "The name of this resource is not well-formed text, so nobody can own it");
        }
    }

    private void warn(String line, Object... arguments) {
        if (invalidNames.tryAcquire()) {
            LOG.warn(line, arguments);
        } else {
            LOG.debug(line, arguments);
        }
    }
}
