package id.lum.tokenstore.internal;

import id.lum.support.lifecycle.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * What the plugin put out of one configuration since ConfigAdmin last announced it, and how often the configuration was
 * delivered again. Holds secrets. Thread-safe.
 */
final class DeliveryRecord {
    /** So many deliveries in a row that did not help are logged. */
    static final int USUAL_ATTEMPTS = 3;

    /** Between deliveries of one configuration; as long a delivery may be on its way before it counts as lost. */
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    private static final Backoff WAIT = new Backoff(FIRST_WAIT, Duration.ofHours(1));

    private final Map<ServiceReference<?>, Map<String, Object>> outputs = new HashMap<>();
    /** What consumers have that were served before the plugin came; empty once something was announced. */
    private Map<String, Object> written;

    private boolean referring;
    private boolean lacking;
    /** Deliveries in a row that did not help, the time of the next one, and what the last one should have brought. */
    private int attempts;

    private long due;
    /** A delivery is no sooner than this, so that a value that is never the same is not delivered all the time. */
    private long notBefore;

    private Map<String, Object> last = Map.of();

    DeliveryRecord(Map<String, Object> written, long now) {
        this.written = written;
        this.due = now;
        this.notBefore = now;
    }

    /** ConfigAdmin delivers the configuration: what was put out before no longer counts. */
    synchronized void announced() {
        outputs.clear();
        written = Map.of();
    }

    synchronized void put(ServiceReference<?> consumer, Map<String, Object> properties) {
        outputs.put(consumer, properties);
    }

    synchronized Optional<Map<String, Object>> lastOutput(ServiceReference<?> consumer) {
        return Optional.of(outputs.getOrDefault(consumer, written)).filter(output -> !output.isEmpty());
    }

    /**
     * Whether what was put out to somebody who is still there is something else.
     *
     * @param readers whether services without a PID count: in the name of one Felix SCR reads for all components of a
     *     bundle, whether they may have the configuration or not
     */
    synchronized boolean isOutdated(Resolution wanted, boolean readers) {
        outputs.keySet().removeIf(consumer -> consumer.getBundle() == null);
        return outputs.entrySet().stream()
                .filter(output -> readers || output.getKey().getProperty(Constants.SERVICE_PID) != null)
                .anyMatch(output -> !wanted.agreesWith(output.getValue()));
    }

    /** Notes whether the configuration refers to a secret, and answers whether it does or ever did. */
    synchronized boolean noteReferences(Resolution wanted) {
        referring |= !wanted.needed().isEmpty();
        return referring;
    }

    /** Some consumer lacks what it should have. Returns whether to deliver now. */
    synchronized boolean noteLacking(Resolution wanted, long now) {
        boolean servedOtherwise = isOutdated(wanted, true) || !written.isEmpty() && !wanted.agreesWith(written);
        if (servedOtherwise && (last.isEmpty() || !wanted.agreesWith(last))) {
            // No delivery of these values is on its way, and none was tried in vain.
            attempts = 0;
            shorten();
        } else if (!lacking) {
            due = now + FIRST_WAIT.toNanos();
        }
        lacking = true;
        return due - now <= 0;
    }

    /** It is about to be delivered. Returns how often in a row that was so, this time included. */
    synchronized int delivering(Resolution wanted, long now) {
        last = wanted.properties();
        due = now + WAIT.after(++attempts).toNanos();
        notBefore = now + FIRST_WAIT.toNanos();
        return attempts;
    }

    /** No consumer lacks anything. Returns whether deliveries were in vain before. */
    synchronized boolean arrived() {
        boolean unusual = attempts >= USUAL_ATTEMPTS;
        attempts = 0;
        last = Map.of();
        lacking = false;
        shorten();
        return unusual;
    }

    private void shorten() {
        due = due - notBefore > 0 ? notBefore : due;
    }

    /** How long until the next delivery, if one is to come. */
    synchronized Duration untilNext(Duration most, long now) {
        Duration wait = Duration.ofNanos(due - now);
        return lacking && due - now > 0 && wait.compareTo(most) < 0 ? wait : most;
    }
}
