package id.lum.flowmesh.internal.delivery;

import id.lum.flowmesh.internal.runmesh.EntryResponse;
import id.lum.flowmesh.internal.runmesh.RunmeshEndpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether Runmesh may be called, by what it answered last. For one thread at a time. */
final class EndpointHealth {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointHealth.class);

    private final RandomGenerator jitter;
    private CircuitBreaker circuit;
    private String lastTrouble = "";
    // Of failures with no success in between.
    private long failures;
    private Instant firstFailure = Instant.MIN;

    EndpointHealth(RandomGenerator jitter) {
        this.jitter = jitter;
        this.circuit = new CircuitBreaker(jitter);
    }

    /** It is called at once, whatever it answered before. */
    void reset() {
        circuit = new CircuitBreaker(jitter);
        lastTrouble = "";
    }

    /** How many rows may be sent now, when so many answers are still due. */
    int permits(Instant now, int most, int inFlight) {
        return circuit.permits(now, most, inFlight);
    }

    /** Until when it is left alone; empty while it is not. */
    Optional<Instant> openUntil() {
        return circuit.openUntil();
    }

    /** What was wrong with the last answer, empty if nothing. */
    String lastTrouble() {
        return lastTrouble;
    }

    /**
     * Takes an answer into account.
     *
     * @param runmesh whose answer it is
     * @return whether Runmesh was away and is back by this answer: what waited because of that may go on
     */
    boolean answered(EntryResponse response, Instant now, Optional<RunmeshEndpoint> runmesh) {
        if (response instanceof EntryResponse.Unusable unusable) {
            lastTrouble = unusable.detail();
            firstFailure = failures == 0 ? now : firstFailure;
            failures++;
            if (circuit.failed(now, unusable.retryAfter())) {
                LOG.warn(
                        "{} gives no usable answer: {}. Usage rows wait for it.",
                        runmesh.map(RunmeshEndpoint::toString).orElse("Runmesh"),
                        unusable.detail());
            }
            return false;
        }
        lastTrouble = "";
        boolean away = circuit.isAway();
        boolean closes = circuit.succeeded(now);
        if (closes) {
            LOG.info(
                    "Runmesh answers again after {} failures in {} s; usage rows are delivered.",
                    failures,
                    Duration.between(firstFailure, now).toSeconds());
        }
        if (circuit.openUntil().isEmpty()) {
            failures = 0;
        }
        return closes && away;
    }
}
