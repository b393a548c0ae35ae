package id.lum.flowmesh.internal.delivery;

import id.lum.flowmesh.internal.outbox.Outcome;
import id.lum.flowmesh.internal.runmesh.EntryResponse;
import id.lum.flowmesh.internal.runmesh.RunmeshEndpoint;
import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.hooks.LogSafe;
import id.lum.support.lifecycle.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where rows are delivered, and when they become dead letters.
 *
 * @param runmesh where to; while it is not known rows wait
 * @param retention how long a row may wait before it is set aside
 * @param refusals how often it may be refused before it is set aside
 */
public record DeliveryPolicy(Optional<RunmeshEndpoint> runmesh, Duration retention, int refusals) {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryPolicy.class);

    /** Refused rows are tried over this time at least: a user may be provisioned meanwhile. */
    static final Duration REFUSED_FOR_LEAST = Duration.ofDays(1);

    /** Many refusals must not mean that a row is sent again without a pause. */
    private static final Duration SHORTEST_WAIT = Duration.ofMinutes(1);

    /** Before there is a configuration nothing is sent and nothing set aside. */
    public static final DeliveryPolicy NONE_YET =
            new DeliveryPolicy(Optional.empty(), Duration.ofDays(36500), Integer.MAX_VALUE);

    /** How long a row waits that Runmesh gives no usable answer to, whatever it answers to others. */
    private static final Backoff FAILED = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(10));

    /** What becomes of a row after a response. */
    public Outcome outcomeOf(PendingRow row, EntryResponse response, Instant now, RandomGenerator jitter) {
        if (response instanceof EntryResponse.Unusable unusable) {
            Duration wait = FAILED.after(row.failures() + 1, jitter);
            return new Outcome.Failed(row.seq(), unusable.detail(), now.plus(wait));
        }
        if (response instanceof EntryResponse.Refused refused) {
            return refused(row, refused.detail(), now);
        }
        return response instanceof EntryResponse.RefusedForGood refused
                ? dead(row, "Runmesh refused it for good: " + refused.detail())
                : new Outcome.Delivered(row.seq());
    }

    private Outcome refused(PendingRow row, String detail, Instant now) {
        int times = row.refusals() + 1;
        Instant since = row.refusedSince().orElse(now);
        Optional<Instant> next = nextTry(now, times, since);
        if (next.isEmpty()) {
            return dead(row, "Runmesh refused it " + times + " times since " + since + ": " + detail);
        }
        LOG.warn(
                "Runmesh refuses the usage row of task {} of {}, time {} of {}: {}. It is sent again.",
                LogSafe.of(row.taskId()),
                LogSafe.of(row.principalId()),
                times,
                refusals,
                detail);
        return new Outcome.Refused(row.seq(), detail, next.get());
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
     * When a row is tried again that has been refused, this time included, so many times; empty if it has been refused
     * often enough for long enough. The waits double, so that early mending is noticed early, and add up to a day at
     * least; none is longer than that, whatever became of the clock.
     */
    Optional<Instant> nextTry(Instant now, int times, Instant refusedSince) {
        Instant soonestEnd = refusedSince.plus(REFUSED_FOR_LEAST);
        if (times >= refusals && !now.isBefore(soonestEnd)) {
            return Optional.empty();
        }
        Duration wait = times >= refusals ? Duration.between(now, soonestEnd) : share(times);
        return Optional.of(now.plus(atMost(REFUSED_FOR_LEAST, atLeast(SHORTEST_WAIT, wait))));
    }

    private Duration share(int times) {
        double share = Math.pow(2, times - 1) / (Math.pow(2, refusals - 1) - 1);
        return Duration.ofMillis((long) Math.ceil(REFUSED_FOR_LEAST.toMillis() * share));
    }

    private static Duration atLeast(Duration least, Duration wait) {
        return wait.compareTo(least) < 0 ? least : wait;
    }

    private static Duration atMost(Duration most, Duration wait) {
        return wait.compareTo(most) > 0 ? most : wait;
    }
}
