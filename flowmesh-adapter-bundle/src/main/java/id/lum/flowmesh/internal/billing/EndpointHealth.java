package id.lum.flowmesh.internal.billing;

import id.lum.hooks.LogSafe;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps Runmesh's answers to outcomes of rows, and holds the circuit breaker. For one thread at a time, but for what is
 * said to be otherwise.
 */
final class EndpointHealth {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointHealth.class);

    /** A row that Runmesh chokes on waits so long, from the first time to at most. */
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(2);

    private static final Duration MAX_BACKOFF = Duration.ofMinutes(10);

    private final DeliveryPolicy policy;
    private final RandomGenerator jitter;
    private final CircuitBreaker circuit;
    private volatile Optional<Instant> openUntil = Optional.empty();
    private volatile String lastTrouble = "";

    EndpointHealth(DeliveryPolicy policy, RandomGenerator jitter) {
        this.policy = policy;
        this.jitter = jitter;
        this.circuit = new CircuitBreaker(jitter);
    }

    /** The same state with another policy; a new state if the endpoint changed. */
    EndpointHealth withPolicy(DeliveryPolicy next) {
        return next.runmesh().equals(policy.runmesh())
                ? new EndpointHealth(this, next)
                : new EndpointHealth(next, jitter);
    }

    /** The same policy with a closed circuit: Runmesh is called at once. */
    EndpointHealth reset() {
        return new EndpointHealth(policy, jitter);
    }

    private EndpointHealth(EndpointHealth before, DeliveryPolicy policy) {
        this.policy = policy;
        this.jitter = before.jitter;
        this.circuit = before.circuit;
        this.openUntil = before.openUntil;
        this.lastTrouble = before.lastTrouble;
    }

    DeliveryPolicy policy() {
        return policy;
    }

    /** How many rows may be sent now, with so many under way. */
    int permits(Instant now, int most, int inFlight) {
        return policy.runmesh().isEmpty() ? 0 : circuit.permits(now, most, inFlight);
    }

    /** Until when the circuit is open; empty while it is closed. From any thread. */
    Optional<Instant> openUntil() {
        return openUntil;
    }

    /** What was wrong with the last answer, empty if nothing. From any thread. */
    String lastTrouble() {
        return lastTrouble;
    }

    /** What becomes of a row. */
    Outcome of(PendingRow row, EntryResponse answer, Instant now) {
        if (answer instanceof EntryResponse.Unusable unusable) {
            return new Outcome.Failed(row.seq(), unusable.detail(), now.plus(backoff(row.failures())));
        }
        if (answer instanceof EntryResponse.Refused refused) {
            return refused(row, refused.detail(), now);
        }
        return answer instanceof EntryResponse.RefusedForGood refused
                ? dead(row, "Runmesh refused it for good: " + refused.detail())
                : new Outcome.Delivered(row.seq());
    }

    private Outcome refused(PendingRow row, String said, Instant now) {
        int times = row.refusals() + 1;
        Instant since = row.refusedSince().orElse(now);
        Optional<Instant> next = policy.nextTry(now, times, since);
        if (next.isEmpty()) {
            return dead(row, "Runmesh refused it " + times + " times since " + since + ": " + said);
        }
        LOG.warn(
                "Runmesh refuses the usage row of task {} of {}, time {} of {}: {}. It is sent again.",
                LogSafe.of(row.taskId()),
                LogSafe.of(row.principalId()),
                times,
                policy.refusals(),
                said);
        return new Outcome.Refused(row.seq(), said, next.get());
    }

    private static Outcome dead(PendingRow row, String reason) {
        LOG.error(
                "The usage row of task {} of {} is set aside: {}. It is kept as a dead letter, to be retried by hand.",
                LogSafe.of(row.taskId()),
                LogSafe.of(row.principalId()),
                reason);
        return new Outcome.Dead(row.seq(), reason);
    }

    /**
     * Records an answer in the circuit breaker.
     *
     * @return whether it is back from being away: what waited because of that may go on
     */
    boolean record(EntryResponse answer, Instant now) {
        boolean back = false;
        if (answer instanceof EntryResponse.Unusable unusable) {
            lastTrouble = unusable.detail();
            if (circuit.failed(now, unusable.retryAfter())) {
                LOG.warn(
                        "{} gives no usable answer: {}. Usage rows wait for it.",
                        policy.runmesh().map(RunmeshEndpoint::toString).orElse("Runmesh"),
                        unusable.detail());
            }
        } else {
            lastTrouble = "";
            boolean away = circuit.isAway();
            if (circuit.succeeded(now)) {
                back = away;
                LOG.info("Runmesh answers again; usage rows are delivered.");
            }
        }
        openUntil = circuit.openUntil();
        return back;
    }

    /** Half of it certain, half by chance. */
    private Duration backoff(int failures) {
        long full = Math.min(FIRST_BACKOFF.toMillis() << Math.min(failures, 20), MAX_BACKOFF.toMillis());
        return Duration.ofMillis(full / 2 + jitter.nextLong(full / 2 + 1));
    }
}
