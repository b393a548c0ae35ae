package id.lum.lumilake.internal;

import id.lum.core.adapter.AdapterHooks;
import id.lum.core.adapter.AdapterSettings;
import id.lum.core.adapter.HookProperties;
import id.lum.core.grants.Sweep;
import id.lum.lumilake.internal.optimizer.OptimizerSettings;
import id.lum.lumilake.internal.optimizer.RemoteOptimizers;
import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.DataFolder;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.support.lifecycle.StopDeadline;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;

/**
 * Owns what the configuration {@code id.lum.lumilake} asks for: the hooks over the grants, and the remote optimizer,
 * which comes and goes without them. A refused configuration leaves the last good one in force, or no hook at all if
 * there was none.
 */
public final class LumilakeAdapter
        implements ConfiguredOwner.Target<LumilakeConfiguration, LumilakeAdapter.LumilakeSettings> {
    static final String PID = "id.lum.lumilake";
    private static final HookProperties HOOK = new HookProperties("lumilake", "lumid", 100);

    /**
     * What the configuration says.
     *
     * @param grants what every adapter has
     * @param optimizer the remote optimizer, if there is one
     */
    record LumilakeSettings(AdapterSettings grants, Optional<OptimizerSettings> optimizer) {}

    private final DataFolder data;
    private final AdapterHooks hooks;
    private final RemoteOptimizers optimizers;

    /**
     * Opens what the configuration asks for. A refused configuration is logged. On any other failure this closes what
     * it opened and throws; the delivery of the configuration then calls it again later.
     *
     * @param bundle this bundle
     * @param properties the configuration
     * @return the owner
     */
    public static SingletonConfiguration.Owner open(BundleContext bundle, Map<String, Object> properties) {
        return ConfiguredOwner.open(LumilakeConfiguration.class, PID, new LumilakeAdapter(bundle), properties);
    }

    private LumilakeAdapter(BundleContext bundle) {
        this.data = DataFolder.of(bundle);
        // Lumilake lists one kind at a time, so a sweep covers the kinds that are listed, and an empty list does
        // nothing.
        this.hooks = new AdapterHooks(bundle, HOOK, Sweep.LISTED_KINDS);
        // After a failure the caller gets no object to close, so what is open is closed here.
        try {
            this.optimizers = RemoteOptimizers.publishedBy(bundle, HOOK.toMap());
        } catch (RuntimeException | Error failed) {
            hooks.close();
            throw failed;
        }
    }

    @Override
    public LumilakeSettings parse(DeclaredSettings<LumilakeConfiguration> given) {
        DeclaredSettings<LumilakeConfiguration> settings =
                given.withDefault(LumilakeConfiguration::acl_db_path, data.file("lumid/lumilake-acl.sqlite"));
        Optional<OptimizerSettings> optimizer = OptimizerSettings.parse(settings);
        return new LumilakeSettings(AdapterSettings.parse(settings, LumilakePolicy.TABLE), optimizer);
    }

    @Override
    public void apply(LumilakeSettings settings) {
        hooks.apply(settings.grants());
        optimizers.apply(settings.optimizer());
    }

    @Override
    public String afterRefusal() {
        return "What was in force stays in force.";
    }

    /** A change may wait for long calls to end. Closed, their store fails them, and the change ends. */
    @Override
    public void stopDuringChange(StopDeadline deadline) {
        close(deadline);
    }

    /** The identity provider goes with the grants, before the optimizer. From any thread, and safe to repeat. */
    @Override
    public void close(StopDeadline deadline) {
        hooks.close(deadline);
        optimizers.close(deadline);
    }
}
