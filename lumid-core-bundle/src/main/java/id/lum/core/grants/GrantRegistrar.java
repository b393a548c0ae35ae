package id.lum.core.grants;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.support.lifecycle.Leased;
import id.lum.support.log.LogRateLimiter;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.support.sqlite.UnstorableText;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Grants write on a resource to the principal that registers it, and deletes all grants of a deregistered resource. */
public class GrantRegistrar implements ResourceRegistrar {
    private static final Logger LOG = LoggerFactory.getLogger(GrantRegistrar.class);

    private final Leased<SqliteGrantStore> store;
    private final Sweep sweep;
    private final LogRateLimiter lines = new LogRateLimiter(System::nanoTime, Duration.ofMinutes(1));
    /** Apart, so that a caller's invalid names do not hide that the store is away. */
    private final LogRateLimiter invalidNames = new LogRateLimiter(System::nanoTime, Duration.ofMinutes(1));

    /**
     * @param store leased for each call
     * @param sweep what a reconcile of this host may delete
     */
    public GrantRegistrar(Leased<SqliteGrantStore> store, Sweep sweep) {
        this.store = store;
        this.sweep = sweep;
    }

    @Override
    public final void register(PrincipalContext principal, ResourceRef resource) {
        if (resource.isKindLevel()) {
            warn(
                    invalidNames,
                    "Registration of {} by {} is ignored: it has no id, so nobody can own it",
                    resource,
                    principal);
            return;
        }
        call("register " + resource, open -> {
            open.grant(resource.kind(), resource.id().orElseThrow(), principal.principalId(), GrantLevel.WRITE);
            return resource;
        });
    }

    @Override
    public final void deregister(PrincipalContext principal, ResourceRef resource) {
        resource.id().ifPresent(id -> call("deregister " + resource, open -> open.removeAll(resource.kind(), id)));
    }

    @Override
    public final ReconcileResult reconcile(Collection<ResourceRef> live) {
        return call("reconcile", open -> open.reconcile(live, sweep));
    }

    private <T> T call(String what, Function<SqliteGrantStore, T> call) {
        try {
            return store.withResource(call);
        } catch (StoreUnavailable unavailable) {
            // Without a trace: the message says it all. A store may be away for hours, and every call fails meanwhile.
            warn(lines, "Cannot {}: {}", what, unavailable.getMessage());
            throw HookRejection.unavailable("Grants are unavailable");
        } catch (UnstorableText unstorable) {
            warn(invalidNames, "Cannot {}: {}", what, unstorable.getMessage());
            throw HookRejection.forbidden(
                    Refusal.INVALID_REQUEST, "The name of this resource is not well-formed text, so nobody can own it");
        }
    }

    private static void warn(LogRateLimiter limiter, String line, Object... arguments) {
        if (limiter.tryAcquire()) {
            LOG.warn(line, arguments);
        } else {
            LOG.debug(line, arguments);
        }
    }
}
