package id.lum.flowmesh.internal.billing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an outbox needs besides deliveries: held rows are released once their principal's address is known, old ones set
 * aside, and addresses of delivered ones removed from the disk. Each step is small, so that deliveries go on in
 * between. For the delivery thread.
 */
final class OutboxMaintenance {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxMaintenance.class);

    /** How often the e-mail addresses of principals with held rows are looked up again. */
    static final Duration HELD_CHECK = Duration.ofSeconds(5);

    /** How often the database is looked for where it was opened. */
    static final Duration PLACE_CHECK = Duration.ofMinutes(1);

    private static final int HELD_AT_ONCE = 1000;
    private static final Duration EXPIRY_CHECK = Duration.ofHours(1);
    private static final int EXPIRED_AT_ONCE = 1000;
    /** How long an address may still be read in the database's log while deliveries go on without a pause. */
    private static final Duration MAX_UNFOLDED = Duration.ofMinutes(1);

    private final Outbox outbox;
    private final Predicate<String> isKnown;
    private final Clock clock;

    private Optional<Instant> heldChecked = Optional.empty();
    private boolean someHeld = true;
    private String lastHeld = "";
    private Optional<Instant> expiryChecked = Optional.empty();
    private Optional<Instant> placeChecked = Optional.empty();
    private Optional<String> displaced = Optional.empty();
    private boolean unfolded = true;
    private Instant folded;

    /** @param isKnown whether the e-mail address of a principal is known */
    OutboxMaintenance(Outbox outbox, Predicate<String> isKnown, Clock clock) {
        this.outbox = outbox;
        this.isKnown = isKnown;
        this.clock = clock;
        this.folded = clock.instant();
    }

    /** There may be a row that is too old by another policy. */
    void policyChanged() {
        expiryChecked = Optional.empty();
    }

    void someAreHeld() {
        someHeld = true;
    }

    void rowsDelivered() {
        unfolded = true;
    }

    /**
     * Does what is due.
     *
     * @param inFlight rows that must not be set aside now
     * @param idle whether nothing is under way
     */
    void round(DeliveryPolicy policy, Set<Long> inFlight, boolean idle) {
        Instant now = clock.instant();
        if (isDue(placeChecked, PLACE_CHECK, now)) {
            lookForThePlace(now);
        }
        if (isDue(expiryChecked, EXPIRY_CHECK, now)) {
            expire(policy, inFlight, now);
        }
        if (!lastHeld.isEmpty() || someHeld && isDue(heldChecked, HELD_CHECK, now)) {
            release(now);
        }
        if (unfolded && (idle || isDue(Optional.of(folded), MAX_UNFOLDED, now))) {
            // A reader in the way: next time.
            unfolded = !outbox.fold();
            folded = now;
        }
    }

    private void lookForThePlace(Instant now) {
        Optional<String> found = outbox.displaced();
        if (!found.equals(displaced)) {
            found.ifPresent(objection ->
                    LOG.error("Usage rows that are not delivered before the next stop get lost. {}", objection));
        }
        displaced = found;
        placeChecked = Optional.of(now);
    }

    private void expire(DeliveryPolicy policy, Set<Long> inFlight, Instant now) {
        int expired = outbox.expire(now.minus(policy.retention()), inFlight, EXPIRED_AT_ONCE);
        if (expired > 0) {
            LOG.error(
                    "{} usage rows have waited for {} days and are set aside. They are kept as dead letters, to be retried"
                            + " by hand.",
                    expired,
                    policy.retention().toDays());
            unfolded = true;
        }
        expiryChecked = expired == EXPIRED_AT_ONCE ? Optional.empty() : Optional.of(now);
    }

    private void release(Instant now) {
        List<String> held = outbox.heldPrincipals(HELD_AT_ONCE, lastHeld);
        List<String> known = held.stream().filter(isKnown).toList();
        if (!known.isEmpty()) {
            outbox.release(known);
        }
        boolean whole = lastHeld.isEmpty() && held.size() < HELD_AT_ONCE;
        someHeld = !whole || held.size() > known.size();
        lastHeld = held.size() == HELD_AT_ONCE ? held.get(held.size() - 1) : "";
        heldChecked = Optional.of(now);
    }

    /** When there is something to do again. */
    Instant next(Instant now) {
        if (expiryChecked.isEmpty() || !lastHeld.isEmpty()) {
            return now;
        }
        Instant next = placeChecked.map(last -> last.plus(PLACE_CHECK)).orElse(now);
        Instant held = heldChecked.map(last -> last.plus(HELD_CHECK)).orElse(now);
        return someHeld && held.isBefore(next) ? held : next;
    }

    private static boolean isDue(Optional<Instant> last, Duration period, Instant now) {
        // Also when the clock was set back.
        return last.map(then -> now.isBefore(then) || !now.isBefore(then.plus(period)))
                .orElse(true);
    }
}
