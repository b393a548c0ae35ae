package id.lum.flowmesh.internal.delivery;

import id.lum.support.lifecycle.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Keeps us from asking a server that cannot answer: after a few failures in a row it is left alone for a while, ever
 * longer, and then asked once. For one thread at a time.
 */
final class CircuitBreaker {
    /** A single row that makes Runmesh fail must not open the circuit; three failures in a row do. */
    private static final int FAILURES = 3;

    /** The longest is short enough that rows move within a minute of Runmesh's return. */
    private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private final RandomGenerator jitter;
    // Starts so that the first failure opens it.
    private int failures = FAILURES - 1;
    private int openings = 1;
    // Empty while closed.
    private Optional<Instant> openUntil = Optional.empty();
    private Instant openedAt = Instant.MIN;
    // Whether the server asked for the pause.
    private boolean asked;

    CircuitBreaker(RandomGenerator jitter) {
        this.jitter = jitter;
    }

    /** How many may be asked now, when so many answers are still due. */
    int permits(Instant now, int most, int inFlight) {
        if (openUntil.isEmpty()) {
            return most - inFlight;
        }
        return isOpen(now) ? 0 : 1 - inFlight;
    }

    /** A time that begins in the future was set by a clock that has been set back since: it is over. */
    private boolean isOpen(Instant now) {
        return openUntil.filter(now::isBefore).isPresent() && !now.isBefore(openedAt);
    }

    /** Whether it was away: it has failed again after it was left alone. */
    boolean isAway() {
        return openings > 1;
    }

    /** @return whether it was open, and is not any more */
    boolean succeeded(Instant now) {
        boolean wasOpen = openUntil.isPresent();
        failures = 0;
        if (asked && isOpen(now)) {
            // To what was sent before the server asked to be left alone.
            return false;
        }
        asked = false;
        openings = 0;
        openUntil = Optional.empty();
        return wasOpen;
    }

    /**
     * @param retryAfter how long the server wants to be left alone, if it said so
     * @return whether this opened it
     */
    boolean failed(Instant now, Optional<Duration> retryAfter) {
        failures++;
        boolean wasClosed = openUntil.isEmpty();
        // Answers that were on their way when it opened tell nothing new.
        boolean probed = !wasClosed && !isOpen(now);
        if (probed || wasClosed && (failures >= FAILURES || retryAfter.isPresent())) {
            openedAt = now;
            openUntil = Optional.of(now.plus(PAUSES.after(openings + 1, jitter)));
            openings++;
        }
        retryAfter
                .map(now::plus)
                .filter(until -> openUntil.orElse(now).isBefore(until))
                .ifPresent(until -> {
                    openedAt = now;
                    openUntil = Optional.of(until);
                    asked = true;
                });
        return wasClosed && openUntil.isPresent();
    }

    /** Until when it is open; empty while it is closed. */
    Optional<Instant> openUntil() {
        return openUntil;
    }
}
