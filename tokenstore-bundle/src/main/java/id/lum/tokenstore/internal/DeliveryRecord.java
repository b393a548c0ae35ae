package id.lum.tokenstore.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.ServiceReference;

/** What the plugin delivered of one configuration since ConfigAdmin last announced it. Holds secrets. */
final class DeliveryRecord {
    private final Map<ServiceReference<?>, Map<String, Object>> outputs = new HashMap<>();
    private Map<String, Object> written;
    private boolean referring;

    /** @param written what consumers are assumed to have that were served before the plugin came; null if none were */
    DeliveryRecord(Map<String, Object> written) {
        this.written = written;
    }

    /** ConfigAdmin delivers the configuration: what the plugin delivered before no longer counts. */
    synchronized void announced() {
        outputs.clear();
        written = null;
    }

    /** Notes whether the configuration refers to a secret, and answers whether it does or ever did. */
    synchronized boolean noteReferences(Resolution wanted) {
        referring |= !wanted.needed().isEmpty();
        return referring;
    }

    synchronized void recordOutput(ServiceReference<?> consumer, Map<String, Object> properties) {
        forgetDeparted();
        outputs.put(consumer, properties);
    }

    synchronized Optional<Map<String, Object>> lastOutput(ServiceReference<?> consumer) {
        return Optional.ofNullable(outputs.getOrDefault(consumer, written));
    }

    synchronized Map<ServiceReference<?>, Map<String, Object>> outputs() {
        forgetDeparted();
        return Map.copyOf(outputs);
    }

    private void forgetDeparted() {
        outputs.keySet().removeIf(consumer -> consumer.getBundle() == null);
    }

    /** Whether somebody is known to have been served something else: then no delivery is on its way that would do. */
    synchronized boolean isOutdated(Resolution wanted) {
        return written != null && !wanted.agreesWith(written)
                || outputs.values().stream().anyMatch(output -> !wanted.agreesWith(output));
    }
}
