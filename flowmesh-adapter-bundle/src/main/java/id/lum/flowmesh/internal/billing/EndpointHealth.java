package id.lum.flowmesh.internal.billing;

import id.lum.hooks.LogSafe;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Runmesh's answers mean for the rows they are about, and whether Runmesh is to be left alone. For one thread at a
 * time, but for what is said to be otherwise.
 */
final class EndpointHealth {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointHealth.class);

    /** A row that Runmesh chokes on waits so long, from the first time to at most. */
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(2);

    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(10);

    private final DeliveryPolicy terms;
    private final RandomGenerator jitter;
    private final CircuitBreaker circuit;
    private volatile Optional<Instant> leftAloneUntil = Optional.empty();
    private volatile String lastTrouble = "";

    EndpointHealth(DeliveryPolicy terms, RandomGenerator jitter) {
        this.terms = terms;
        this.jitter = jitter;
        this.circuit = new CircuitBreaker(jitter);
    }

    /** On other terms, with the same opinion of Runmesh unless it is another one. */
    EndpointHealth on(DeliveryPolicy next) {
        return next.runmesh().equals(terms.runmesh())
                ? new EndpointHealth(this, next)
                : new EndpointHealth(next, jitter);
    }

    /** On the same terms, with no opinion of Runmesh: it is asked at once, whatever it said. */
    EndpointHealth anew() {
        return new EndpointHealth(terms, jitter);
    }

    private EndpointHealth(EndpointHealth before, DeliveryPolicy terms) {
        this.terms = terms;
        this.jitter = before.jitter;
        this.circuit = before.circuit;
        this.leftAloneUntil = before.leftAloneUntil;
        this.lastTrouble = before.lastTrouble;
    }

    DeliveryPolicy terms() {
        return terms;
    }

    /** How many rows may be sent now, with so many under way. */
    int room(Instant now, int most, int inFlight) {
        return terms.runmesh().isEmpty() ? 0 : circuit.room(now, most, inFlight);
    }

    /** Until when Runmesh is left alone; empty while it answers. From any thread. */
    Optional<Instant> leftAloneUntil() {
        return leftAloneUntil;
    }

    /** What was wrong with the last answer, empty if nothing. From any thread. */
    String lastTrouble() {
        return lastTrouble;
    }

    /** What becomes of a row. */
    Outcome of(PendingRow row, EntryResponse answer, Instant now) {
        if (answer instanceof EntryResponse.Unusable unusable) {
            return new Outcome.Failed(row.seq(), unusable.said(), now.plus(backoff(row.failures())));
        }
        if (answer instanceof EntryResponse.Refused refused) {
            return refused(row, refused.said(), now);
        }
        return answer instanceof EntryResponse.RefusedForGood refused
                ? dead(row, "Runmesh refused it for good: " + refused.said())
                : new Outcome.Delivered(row.seq());
    }

    private Outcome refused(PendingRow row, String said, Instant now) {
        int times = row.refusals() + 1;
        Instant since = row.refusedSince().orElse(now);
        Optional<Instant> next = terms.nextTry(now, times, since);
        if (next.isEmpty()) {
            return dead(row, "Runmesh refused it " + times + " times since " + since + ": " + said);
        }
        LOG.warn(
                "Runmesh refuses the usage row of task {} of {}, time {} of {}: {}. It is sent again.",
                LogSafe.of(row.taskId()),
                LogSafe.of(row.principalId()),
                times,
                terms.refusals(),
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
     * Forms an opinion of Runmesh.
     *
     * @return whether it is back from being away: what waited because of that may go on
     */
    boolean heard(EntryResponse answer, Instant now) {
        boolean back = false;
        if (answer instanceof EntryResponse.Unusable unusable) {
            lastTrouble = unusable.said();
            if (circuit.failed(now, unusable.retryAfter())) {
                LOG.warn(
                        "{} gives no usable answer: {}. Usage rows wait for it.",
                        terms.runmesh().map(RunmeshEndpoint::toString).orElse("Runmesh"),
                        unusable.said());
            }
        } else {
            lastTrouble = "";
            boolean away = circuit.isAway();
            if (circuit.succeeded(now)) {
                back = away;
                LOG.info("Runmesh answers again; usage rows are delivered.");
            }
        }
        leftAloneUntil = circuit.openUntil();
        return back;
    }

    /** Half of it certain, half by chance. */
    private Duration backoff(int failures) {
        long full = Math.min(FIRST_BACKOFF.toMillis() << Math.min(failures, 20), LONGEST_BACKOFF.toMillis());
        return Duration.ofMillis(full / 2 + jitter.nextLong(full / 2 + 1));
    }
}
