package id.lum.core.adapter;

import id.lum.core.grants.GrantStoreControl;
import id.lum.core.grants.Sweep;
import id.lum.core.identity.Introspection;
import id.lum.core.internal.grants.Authorization;
import id.lum.core.internal.grants.GrantRegistrar;
import id.lum.core.internal.grants.LeasedSharing;
import id.lum.core.internal.grants.PolicyPermissionChecker;
import id.lum.core.policy.Sharing;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.ResourceRegistrar;
import id.lum.support.lifecycle.Leased;
import id.lum.support.lifecycle.ServiceWithdrawal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Hashtable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The services of an adapter whose grants are open. They are unregistered in the reverse order of their registration.
 *
 * <p>The identity provider is registered after, and unregistered before, the checker and the registrar: whoever is let
 * in meets both.
 */
final class HookServices implements AutoCloseable {
    private final BundleContext bundle;
    private final HookProperties hook;
    private final Sweep sweep;
    private final IdentityRegistration identity;
    // Guarded by this, as what follows. The last one is the first to go.
    private final Deque<ServiceRegistration<?>> registered = new ArrayDeque<>();
    private boolean closed;

    HookServices(BundleContext bundle, HookProperties hook, Sweep sweep) {
        this.bundle = bundle;
        this.hook = hook;
        this.sweep = sweep;
        this.identity = new IdentityRegistration();
    }

    /**
     * Registers the services, unless this is closed already: a store may have opened late.
     *
     * @throws RuntimeException if one of them cannot be registered; then none is
     */
    synchronized void register(Leased<Authorization> authorization) {
        if (closed) {
            return;
        }
        try {
            LeasedSharing sharing = new LeasedSharing(hook.host(), authorization);
            register(sharing, Sharing.class, GrantStoreControl.class);
            register(new PolicyPermissionChecker(authorization), PermissionChecker.class);
            register(new GrantRegistrar(authorization, sweep), ResourceRegistrar.class);
            identity.open();
        } catch (RuntimeException | Error failed) {
            unregister();
            throw failed;
        }
    }

    private ServiceRegistration<?> register(Object service, Class<?>... types) {
        String[] names = new String[types.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = types[i].getName();
        }
        ServiceRegistration<?> registration = bundle.registerService(names, service, new Hashtable<>(hook.toMap()));
        registered.push(registration);
        return registration;
    }

    private void unregister() {
        while (!registered.isEmpty()) {
            ServiceWithdrawal.unregister(registered.pop());
        }
        identity.close();
    }

    /** Registers nothing any more. */
    @Override
    public synchronized void close() {
        closed = true;
        unregister();
    }

    /** Registers the identity provider while the introspection that all hosts share is there. */
    private final class IdentityRegistration extends ServiceTracker<Introspection, ServiceRegistration<?>> {
        IdentityRegistration() {
            super(HookServices.this.bundle, Introspection.class, null);
        }

        @Override
        public ServiceRegistration<?> addingService(ServiceReference<Introspection> reference) {
            synchronized (HookServices.this) {
                // Another thread may have closed this, or the introspection may have left, in between.
                Introspection introspection = registered.isEmpty() ? null : context.getService(reference);
                if (introspection == null) {
                    return null;
                }
                IdentityProvider provider = introspection::resolve;
                return register(provider, IdentityProvider.class);
            }
        }

        @Override
        public void removedService(ServiceReference<Introspection> reference, ServiceRegistration<?> registration) {
            synchronized (HookServices.this) {
                if (registered.remove(registration)) {
                    ServiceWithdrawal.unregister(registration);
                }
            }
            ServiceWithdrawal.release(context, reference);
        }
    }
}
