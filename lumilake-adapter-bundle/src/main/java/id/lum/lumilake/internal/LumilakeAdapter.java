package id.lum.lumilake.internal;

import id.lum.core.adapter.AdapterSettings;
import id.lum.core.adapter.HostGrants;
import id.lum.core.adapter.HostGrantsPublisher;
import id.lum.hooks.Hook;
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
import org.osgi.framework.Constants;

/**
 * Owns what the configuration {@code id.lum.lumilake} asks for: the grants, on which the hooks beside it depend, and
 * the remote optimizer, which comes and goes without them. A refused configuration leaves the last good one in force,
 * or no hook at all if there was none.
 */
public final class LumilakeAdapter
        implements ConfiguredOwner.Target<LumilakeConfiguration, LumilakeAdapter.LumilakeSettings> {
    static final String PID = "id.lum.lumilake";
    static final String HOST = "lumilake";
    static final String NAME = "lumid";
    /** How the hooks find what this publishes. */
    static final String GRANTS_FILTER = "(lumid.host=" + HOST + ")";

    static final int RANKING = 100;

    /**
     * What the configuration says.
     *
     * @param grants what every adapter has
     * @param optimizer the remote optimizer, if there is one
     */
    record LumilakeSettings(AdapterSettings grants, Optional<OptimizerSettings> optimizer) {}

    private final DataFolder data;
    private final HostGrantsPublisher grants;
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
        this.grants = new HostGrantsPublisher(
                HOST, grants -> bundle.registerService(HostGrants.class, grants, grants.properties())::unregister);
        // After a failure the caller gets no object to close, so what is open is closed here.
        try {
            this.optimizers = RemoteOptimizers.publishedBy(
                    bundle, Map.of(Hook.HOST, HOST, Hook.NAME, NAME, Constants.SERVICE_RANKING, RANKING));
        } catch (RuntimeException | Error failed) {
            grants.close();
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
        grants.apply(settings.grants());
        optimizers.apply(settings.optimizer());
    }

    @Override
    public String afterRefusal() {
        return "What was in force stays in force.";
    }

    /** The identity provider goes with the grants, before the optimizer. */
    @Override
    public void close(StopDeadline deadline) {
        grants.close(deadline);
        optimizers.close(deadline);
    }
}
