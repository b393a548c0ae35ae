package id.lum.tokenstore.internal;

import id.lum.support.lifecycle.Backoff;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * What the plugin put out of one configuration since ConfigAdmin last announced it, by any thread; and how often the
 * configuration was delivered again, for passes of the loop. Holds secrets.
 */
final class DeliveryRecord {
    /** So many deliveries in a row that did not help are logged. */
    static final int USUAL_ATTEMPTS = 3;

    /**
     * Between deliveries of one configuration, so that a value that is never the same is not delivered all the time. As
     * long a delivery may be on its way before it counts as lost.
     */
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    private static final Backoff WAIT = new Backoff(FIRST_WAIT, Duration.ofHours(1));

    private final Map<ServiceReference<?>, Map<String, Object>> outputs = new ConcurrentHashMap<>();
    /** Whether consumers may have been served before the plugin came: what is written, then. */
    private volatile boolean servedBefore;

    private boolean referring;
    private boolean lacking;
    private long lackingSince;
    /** Deliveries in a row that did not help, the time of the last one, and what it should have brought. */
    private int attempts;

    private long delivered;
    private Map<String, Object> last = Map.of();
    private boolean refused;

    DeliveryRecord(boolean servedBefore, long now) {
        this.servedBefore = servedBefore;
        this.delivered = now - FIRST_WAIT.toNanos();
    }

    /** ConfigAdmin delivers the configuration: what was put out before no longer counts. */
    void announced() {
        outputs.clear();
        servedBefore = false;
    }

    void put(ServiceReference<?> consumer, Map<String, Object> properties) {
        outputs.put(consumer, properties);
    }

    /** Whether the configuration refers to a secret, or ever did. */
    boolean refers(Resolution wanted) {
        referring |= !wanted.needed().isEmpty();
        return referring;
    }

    /** Whether a service that may have the configuration has something else; {@code unserved} if it has nothing. */
    boolean isLackedBy(ServiceReference<?> service, Resolution wanted, boolean unserved) {
        return Optional.ofNullable(outputs.get(service))
                .or(() -> servedBefore ? Optional.of(wanted.written()) : Optional.empty())
                .map(output -> !wanted.agreesWith(output))
                .orElse(unserved);
    }

    /**
     * Whether what was put out to somebody who is still there is something else.
     *
     * @param readers whether services without a PID count: in the name of one Felix SCR reads for all components of a
     *     bundle, whether they may have the configuration or not
     */
    boolean isOutdated(Resolution wanted, boolean readers) {
        outputs.keySet().removeIf(consumer -> consumer.getBundle() == null);
        return outputs.entrySet().stream()
                .filter(output -> readers || output.getKey().getProperty(Constants.SERVICE_PID) != null)
                .anyMatch(output -> !wanted.agreesWith(output.getValue()));
    }

    /** Some consumer lacks what it should have. Returns when to deliver. */
    long due(Resolution wanted, long now) {
        boolean servedOtherwise = isOutdated(wanted, true) || servedBefore && !wanted.agreesWith(wanted.written());
        if (servedOtherwise && !wanted.agreesWith(last)) {
            // No delivery of these values is on its way, and none was tried in vain.
            attempts = 0;
        }
        lackingSince = lacking ? lackingSince : now;
        lacking = true;
        return servedOtherwise || attempts > 0
                ? delivered + WAIT.after(Math.max(1, attempts)).toNanos()
                : lackingSince + FIRST_WAIT.toNanos();
    }

    /** It is about to be delivered. Returns how often in a row that was so, this time included. */
    int delivering(Resolution wanted, long now) {
        last = wanted.properties();
        delivered = now;
        return ++attempts;
    }

    /** Whether ConfigAdmin refused the delivery, and not the one before. */
    boolean isNewlyRefused(boolean now) {
        boolean before = refused;
        refused = now;
        return now && !before;
    }

    /** No consumer lacks anything. Returns whether deliveries were in vain before. */
    boolean arrived() {
        boolean unusual = attempts >= USUAL_ATTEMPTS;
        attempts = 0;
        last = Map.of();
        lacking = false;
        return unusual;
    }
}
