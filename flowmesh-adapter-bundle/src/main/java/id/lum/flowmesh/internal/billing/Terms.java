package id.lum.flowmesh.internal.billing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The terms on which rows are delivered.
 *
 * @param runmesh where to; while it is not known rows wait
 * @param retention how long a row may wait before it is set aside
 * @param refusals how often it may be refused before it is set aside
 */
record Terms(Optional<Runmesh> runmesh, Duration retention, int refusals) {
    /** Refused rows are tried over this time at least: a user may be provisioned meanwhile. */
    static final Duration REFUSED_FOR_LEAST = Duration.ofDays(1);

    /** Before there is a configuration nothing is sent and nothing set aside. */
    static final Terms NONE_YET = new Terms(Optional.empty(), Duration.ofDays(36500), Integer.MAX_VALUE);

    /**
     * When a row is tried again that has been refused, this time included, so many times; empty if it has been refused
     * often enough for long enough. The waits double, so that early mending is noticed early, and add up to a day.
     */
    Optional<Instant> nextTry(Instant now, int times, Instant refusedSince) {
        Instant soonestEnd = refusedSince.plus(REFUSED_FOR_LEAST);
        if (times >= refusals) {
            return Optional.of(soonestEnd).filter(now::isBefore);
        }
        double share = Math.pow(2, times - 1) / (Math.pow(2, refusals - 1) - 1);
        return Optional.of(now.plusMillis((long) Math.ceil(REFUSED_FOR_LEAST.toMillis() * share)));
    }
}
