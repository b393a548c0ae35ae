package id.lum.lumilake.internal;

import id.lum.core.adapter.Adapter;
import id.lum.core.adapter.AdapterSettings;
import id.lum.core.adapter.HostGrants;
import id.lum.hooks.Hook;
import id.lum.hooks.settings.SettingRefused;
import id.lum.hooks.settings.Settings;
import id.lum.lumilake.internal.optimizer.OptimizerSettings;
import id.lum.lumilake.internal.optimizer.RemoteOptimizers;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what the configuration {@code id.lum.lumilake} asks for: the grants, on which the hooks beside it depend, and
 * the remote optimizer, which comes and goes without them. A refused configuration leaves the last good one in force,
 * or no hook at all if there was none.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = LumilakeAdapter.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LumilakeConfiguration.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.core.adapter.HostGrants\"",
        effective = "active",
        uses = HostGrants.class)
public final class LumilakeAdapter {
    static final String PID = "id.lum.lumilake";
    static final String HOST = "lumilake";
    static final String NAME = "lumid";
    /** How the hooks find what this publishes. */
    static final String OURS = "(lumid.host=" + HOST + ")";

    static final int RANKING = 100;

    private static final Logger LOG = LoggerFactory.getLogger(LumilakeAdapter.class);

    private final Adapter adapter;
    private final RemoteOptimizers optimizers;

    /**
     * Opens what the configuration asks for, or says why not. Never throws: a component whose constructor threw gets no
     * second chance.
     *
     * @param bundle this bundle
     * @param properties the configuration
     */
    @Activate
    public LumilakeAdapter(BundleContext bundle, Map<String, Object> properties) {
        this.adapter = new Adapter(
                HOST, grants -> bundle.registerService(HostGrants.class, grants, grants.properties())::unregister);
        this.optimizers = RemoteOptimizers.publishedBy(
                bundle, Map.of(Hook.HOST, HOST, Hook.NAME, NAME, Constants.SERVICE_RANKING, RANKING));
        apply(properties);
    }

    @Modified
    void apply(Map<String, Object> properties) {
        Settings text = Settings.of(PID, properties);
        try {
            AdapterSettings settings = AdapterSettings.parse(text, LumilakePolicy.TABLE);
            Optional<OptimizerSettings> optimizer = OptimizerSettings.parse(text);
            text.warnings(known()).forEach(LOG::warn);
            adapter.apply(settings);
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
    @Deactivate
    void close() {
        adapter.close();
        optimizers.close();
    }
}
