package id.lum.tokenstore.internal;

import java.util.Dictionary;
import java.util.Optional;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationPlugin;

/**
 * Puts the secrets at hand into what ConfigAdmin delivers. It asks no store and never waits: a reference whose secret
 * is not at hand stays as it is written.
 */
final class ReferencePlugin implements ConfigurationPlugin {
    /**
     * After Felix's interpolation at 500, so that a placeholder inside a reference is already replaced; below 1000,
     * because ConfigAdmin drops what plugins above change. There is no {@code cm.target}: ConfigAdmin would match it
     * with the factory of an instance, and with the whole of a targeted PID.
     */
    static final int RANKING = 600;

    private final ServiceReference<?> probe;
    private final String ownPid;
    private final SharedState state;
    private final ResolutionListener listener;

    /** Called by any thread; returns at once. */
    interface ResolutionListener {
        /** A configuration was delivered to a consumer. */
        void delivered();

        /** The refresh loop itself asked what a configuration becomes. */
        void resolvedForProbe(Resolution resolution);
    }

    /** @param probe the service in whose name the refresh loop asks what a configuration becomes */
    ReferencePlugin(ServiceReference<?> probe, String ownPid, SharedState state, ResolutionListener listener) {
        this.probe = probe;
        this.ownPid = ownPid;
        this.state = state;
        this.listener = listener;
    }

    /**
     * Without a reference to a consumer nothing is put in: tools such as Karaf's {@code config:list} ask like that,
     * show what they get, and may write it into a file.
     */
    @Override
    public void modifyConfiguration(ServiceReference<?> reference, Dictionary<String, Object> properties) {
        if (reference == null || !(properties.get(Constants.SERVICE_PID) instanceof String pid)) {
            return;
        }
        ConfigTarget target = new ConfigTarget(
                pid, Optional.ofNullable((String) properties.get(ConfigurationAdmin.SERVICE_FACTORYPID)));
        ResolutionRules rules = state.rules();
        if (target.isNamed(ownPid)
                || !rules.allowed().names(target) && !state.records().containsKey(pid)) {
            return;
        }
        Resolution resolution = Resolution.of(properties, target, rules, state::secret);
        resolution.replaced().forEach(properties::put);
        if (probe.equals(reference)) {
            listener.resolvedForProbe(resolution);
        } else if (!state.isClosed()) {
            state.records()
                    .computeIfAbsent(pid, first -> new DeliveryRecord(null))
                    .recordOutput(reference, resolution.properties());
            listener.delivered();
        }
    }
}
