package id.lum.flowmesh.internal;

import id.lum.core.adapter.AdapterHooks;
import id.lum.core.adapter.AdapterSettings;
import id.lum.core.adapter.HookProperties;
import id.lum.core.grants.Sweep;
import id.lum.flowmesh.internal.billing.Billing;
import id.lum.flowmesh.internal.billing.BillingSettings;
import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.DataFolder;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.support.lifecycle.StopDeadline;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what the configuration {@code id.lum.flowmesh} asks for: the hooks over the grants, and billing. The hooks
 * beside it depend on what it publishes, and so exist exactly while they can work. A refused configuration leaves the
 * last good one in force, or no hook at all if there was none.
 */
public final class FlowmeshAdapter
        implements ConfiguredOwner.Target<FlowmeshConfiguration, FlowmeshAdapter.FlowmeshSettings> {
    static final String PID = "id.lum.flowmesh";
    static final String HOST = "flowmesh";
    static final String NAME = "lumid";
    static final int RANKING = 100;

    private static final HookProperties HOOK = new HookProperties(HOST, NAME, RANKING);

    private static final Logger LOG = LoggerFactory.getLogger(FlowmeshAdapter.class);

    /**
     * What the configuration says.
     *
     * @param grants what every adapter has
     * @param billing who is billed for what
     */
    record FlowmeshSettings(AdapterSettings grants, BillingSettings billing) {}

    private final DataFolder data;
    private final LumidPayers payers;
    private final AdapterHooks hooks;
    private final Billing billing;

    /**
     * Opens what the configuration asks for. A refused configuration is logged. On any other failure this closes what
     * it opened and throws; the delivery of the configuration then calls it again later.
     *
     * @param bundle this bundle
     * @param properties the configuration
     * @return the owner
     */
    public static SingletonConfiguration.Owner open(BundleContext bundle, Map<String, Object> properties) {
        return ConfiguredOwner.open(FlowmeshConfiguration.class, PID, new FlowmeshAdapter(bundle), properties);
    }

    private FlowmeshAdapter(BundleContext bundle) {
        this.data = DataFolder.of(bundle);
        // First: whatever is published below may be asked at once.
        this.payers = new LumidPayers(bundle);
        // After a failure the caller gets no object to close, and what is open would stay locked.
        try {
            this.billing = new Billing(bundle, HOOK.toMap(), payers::knownEmailOf, payers);
        } catch (RuntimeException | Error failed) {
            payers.close();
            throw failed;
        }
        try {
            // FlowMesh lists everything it has, so one sweep covers every kind.
            this.hooks = new AdapterHooks(bundle, HOOK, Sweep.EVERY_KIND);
        } catch (RuntimeException | Error failed) {
            payers.close();
            billing.close();
            throw failed;
        }
    }

    @Override
    public FlowmeshSettings parse(DeclaredSettings<FlowmeshConfiguration> given) {
        DeclaredSettings<FlowmeshConfiguration> settings = given.withDefault(
                        FlowmeshConfiguration::acl_db_path, data.file("lumid/flowmesh-acl.sqlite"))
                .withDefault(FlowmeshConfiguration::outbox_db_path, data.file("lumid/flowmesh-outbox.sqlite"));
        BillingSettings billed = BillingSettings.parse(settings, AdapterSettings.journalMode(settings));
        FlowmeshSettings all = new FlowmeshSettings(AdapterSettings.parse(settings, FlowmeshPolicy.TABLE), billed);
        // Where nothing is billed there is nothing to keep in force, and rows must not get lost meanwhile.
        billed.refusal().filter(refused -> billing.isOn()).ifPresent(refused -> {
            throw refused;
        });
        return all;
    }

    @Override
    public void apply(FlowmeshSettings settings) {
        settings.billing()
                .refusal()
                .ifPresent(refused -> LOG.error("{} Usage rows are kept until it is mended.", refused.getMessage()));
        // The hooks over the grants last: whoever they let in meets the guard and the sink.
        billing.apply(settings.billing());
        hooks.apply(settings.grants());
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

    /** From any thread, and safe to repeat. */
    @Override
    public void close(StopDeadline deadline) {
        hooks.close(deadline.part(2));
        billing.withdraw();
        // After the guard has left: who waits here for the core is then answered by the successor.
        payers.close();
        billing.close(deadline);
    }
}
