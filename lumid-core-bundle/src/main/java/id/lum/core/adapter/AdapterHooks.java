package id.lum.core.adapter;

import id.lum.core.grants.Sweep;
import id.lum.core.internal.grants.Authorization;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.sqlite.ReopeningStore;
import org.osgi.framework.BundleContext;

/**
 * The hooks that every adapter has: a permission checker and a registrar over the host's grants, an identity provider
 * by introspection, and the services {@link id.lum.core.policy.Sharing} and
 * {@link id.lum.core.grants.GrantStoreControl} beside them. An adapter brings the policy, the rule of its sweeps, and
 * the names.
 *
 * <p>All are there while the store of grants is open, the identity provider only while the core's introspection is
 * there too. They stay the same through every change of settings.
 */
public final class AdapterHooks implements Stoppable {
    private final HookServices services;
    private final ReopeningStore<AdapterSettings, Authorization> grants;

    /**
     * The hooks of an adapter, without a configuration yet.
     *
     * @param bundle the adapter's bundle, which registers them
     * @param hook their service properties
     * @param sweep which grants a reconcile of the host may delete
     */
    public AdapterHooks(BundleContext bundle, HookProperties hook, Sweep sweep) {
        this.services = new HookServices(bundle, hook, sweep);
        this.grants = new ReopeningStore<>(new GrantStoreFactory(), services::register);
    }

    /**
     * Applies a configuration as a whole: its policy comes into force with its store, or not at all. A store that
     * cannot be opened is tried again in the background.
     *
     * @param settings the configuration
     */
    public void apply(AdapterSettings settings) {
        grants.apply(settings);
    }

    /** Unregisters first and closes after. */
    @Override
    public void close(StopDeadline deadline) {
        services.close();
        grants.close(deadline);
    }
}
