package id.lum.lumilake.internal;

import id.lum.core.adapter.AdapterSettings;
import id.lum.core.adapter.HostGrants;
import id.lum.core.adapter.HostGrantsPublisher;
import id.lum.hooks.Hook;
import id.lum.lumilake.internal.optimizer.OptimizerSettings;
import id.lum.lumilake.internal.optimizer.RemoteOptimizers;
import id.lum.support.config.DataFolder;
import id.lum.support.config.SettingRefused;
import id.lum.support.config.Settings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.support.lifecycle.StopDeadline;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what the configuration {@code id.lum.lumilake} asks for: the grants, on which the hooks beside it depend, and
 * the remote optimizer, which comes and goes without them. A refused configuration leaves the last good one in force,
 * or no hook at all if there was none.
 */
public final class LumilakeAdapter implements SingletonConfiguration.Owner {
    static final String PID = "id.lum.lumilake";
    static final String HOST = "lumilake";
    static final String NAME = "lumid";
    /** How the hooks find what this publishes. */
    static final String GRANTS_FILTER = "(lumid.host=" + HOST + ")";

    static final int RANKING = 100;

    private static final Logger LOG = LoggerFactory.getLogger(LumilakeAdapter.class);

    private final DataFolder data;
    private final HostGrantsPublisher grants;
    private final RemoteOptimizers optimizers;

    /**
     * Opens what the configuration asks for. A refused setting is logged. On any other failure it closes what it opened
     * and throws; the delivery of the configuration then calls it again later.
     *
     * @param bundle this bundle
     * @param properties the configuration
     */
    public LumilakeAdapter(BundleContext bundle, Map<String, Object> properties) {
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
        try {
            apply(properties);
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    @Override
    public void apply(Map<String, Object> properties) {
        Settings text = Settings.of(PID, properties).withDefault("acl.db.path", data.file("lumid/lumilake-acl.sqlite"));
        try {
            AdapterSettings settings = AdapterSettings.parse(text, LumilakePolicy.TABLE);
            Optional<OptimizerSettings> optimizer = OptimizerSettings.parse(text);
            text.warnings(known()).forEach(LOG::warn);
            grants.apply(settings);
            optimizers.apply(optimizer);
        } catch (SettingRefused refused) {
            LOG.error("{} What was in force stays in force.", refused.getMessage());
        }
    }

    private static Set<String> known() {
        Set<String> known = new HashSet<>(AdapterSettings.KNOWN);
        known.addAll(OptimizerSettings.KNOWN);
        return known;
    }

    /** The identity provider goes with the grants, before the optimizer. */
    @Override
    public void close(StopDeadline deadline) {
        grants.close(deadline);
        optimizers.close(deadline);
    }
}
