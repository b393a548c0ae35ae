package id.lum.flowmesh.internal.billing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Where rows are delivered, and when they become dead letters.
 *
 * @param runmesh where to; while it is not known rows wait
 * @param retention how long a row may wait before it is set aside
 * @param refusals how often it may be refused before it is set aside
 */
record DeliveryPolicy(Optional<RunmeshEndpoint> runmesh, Duration retention, int refusals) {
    /** Refused rows are tried over this time at least: a user may be provisioned meanwhile. */
    static final Duration REFUSED_FOR_LEAST = Duration.ofDays(1);

    /** Many refusals must not mean that a row is sent again without a pause. */
    private static final Duration SHORTEST_WAIT = Duration.ofMinutes(1);

    /** Before there is a configuration nothing is sent and nothing set aside. */
    static final DeliveryPolicy NONE_YET =
            new DeliveryPolicy(Optional.empty(), Duration.ofDays(36500), Integer.MAX_VALUE);

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
