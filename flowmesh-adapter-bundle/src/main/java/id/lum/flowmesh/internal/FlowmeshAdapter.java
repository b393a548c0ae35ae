package id.lum.flowmesh.internal;

import id.lum.core.adapter.AdapterSettings;
import id.lum.core.adapter.HostGrants;
import id.lum.core.adapter.HostGrantsPublisher;
import id.lum.flowmesh.internal.billing.Billing;
import id.lum.flowmesh.internal.billing.BillingSettings;
import id.lum.hooks.Hook;
import id.lum.support.config.DataFolder;
import id.lum.support.config.SettingRefused;
import id.lum.support.config.Settings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.support.lifecycle.StopDeadline;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what the configuration {@code id.lum.flowmesh} asks for. The hooks beside it depend on what it publishes, and so
 * exist exactly while they can work. A refused configuration leaves the last good one in force, or no hook at all if
 * there was none.
 */
public final class FlowmeshAdapter implements SingletonConfiguration.Owner {
    static final String PID = "id.lum.flowmesh";
    static final String HOST = "flowmesh";
    static final String NAME = "lumid";
    /** How the hooks find what this publishes. */
    static final String GRANTS_FILTER = "(lumid.host=" + HOST + ")";

    static final int RANKING = 100;

    private static final Map<String, Object> HOOK =
            Map.of(Hook.HOST, HOST, Hook.NAME, NAME, Constants.SERVICE_RANKING, RANKING);

    private static final Set<String> KNOWN = Stream.of(AdapterSettings.KNOWN, BillingSettings.KNOWN)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    private static final Logger LOG = LoggerFactory.getLogger(FlowmeshAdapter.class);

    private final DataFolder data;
    private final LumidPayers payers;
    private final HostGrantsPublisher grants;
    private final Billing billing;

    /**
     * Opens what the configuration asks for. A refused setting is logged. On any other failure it closes what it opened
     * and throws; the delivery of the configuration then calls it again later.
     *
     * @param bundle this bundle
     * @param properties the configuration
     */
    public FlowmeshAdapter(BundleContext bundle, Map<String, Object> properties) {
        this.data = DataFolder.of(bundle);
        // First: whatever is published below may be asked at once.
        this.payers = new LumidPayers(bundle);
        // After a failure the caller gets no object to close, and what is open would stay locked.
        try {
            this.billing = new Billing(bundle, HOOK, payers::knownEmailOf, payers);
        } catch (RuntimeException | Error failed) {
            payers.close();
            throw failed;
        }
        try {
            this.grants = new HostGrantsPublisher(
                    HOST, grants -> bundle.registerService(HostGrants.class, grants, grants.properties())::unregister);
        } catch (RuntimeException | Error failed) {
            payers.close();
            billing.close();
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
        Settings text = Settings.of(PID, properties)
                .withDefault("acl.db.path", data.file("lumid/flowmesh-acl.sqlite"))
                .withDefault("outbox.db.path", data.file("lumid/flowmesh-outbox.sqlite"));
        try {
            AdapterSettings settings = AdapterSettings.parse(text, FlowmeshPolicy.TABLE);
            BillingSettings billingSettings =
                    BillingSettings.parse(text, settings.store().store().journalMode());
            // Where nothing is billed there is nothing to keep in force, and rows must not get lost meanwhile.
            billingSettings.refusal().filter(refused -> billing.isOn()).ifPresent(refused -> {
                throw refused;
            });
            billingSettings
                    .refusal()
                    .ifPresent(
                            refused -> LOG.error("{} Usage rows are kept until it is mended.", refused.getMessage()));
            text.warnings(KNOWN).forEach(LOG::warn);
            // The grants last: who is let in by them meets the guard and the sink.
            billing.apply(billingSettings);
            grants.apply(settings);
        } catch (SettingRefused refused) {
            LOG.error("{} What was in force stays in force.", refused.getMessage());
        }
    }

    @Override
    public void close(StopDeadline deadline) {
        grants.close(deadline.part(2));
        billing.withdraw();
        // After the guard has left: who waits here for the core is then answered by the successor.
        payers.close();
        billing.close(deadline);
    }
}
