package id.lum.flowmesh.internal.outbox;

import id.lum.flowmesh.internal.usage.EmailDirectory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an outbox needs besides deliveries: held rows are released once their principal's address is known, old ones set
 * aside, and addresses of delivered ones removed from the disk. Each step is small, so that deliveries go on in
 * between. For the delivery thread.
 */
public final class OutboxMaintenance {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxMaintenance.class);

    /** How often the e-mail addresses of principals with held rows are looked up again. */
    public static final Duration HELD_CHECK = Duration.ofSeconds(5);

    /** How often the database is looked for where it was opened. */
    static final Duration PLACE_CHECK = Duration.ofMinutes(1);

    private static final int MAX_HELD_PER_ROUND = 1000;
    private static final Duration EXPIRY_CHECK = Duration.ofHours(1);
    private static final int MAX_EXPIRED_PER_ROUND = 1000;
    /** How long an address may still be read in the database's log while deliveries go on without a pause. */
    private static final Duration MAX_CHECKPOINT_DELAY = Duration.ofMinutes(1);

    private final Outbox outbox;
    private final EmailDirectory emails;
    private final Clock clock;

    private Optional<Instant> lastHeldCheck = Optional.empty();
    private boolean someHeld = true;
    private String lastHeldSeen = "";
    private Optional<Instant> lastExpiryCheck = Optional.empty();
    private Optional<Instant> lastPlaceCheck = Optional.empty();
    private Optional<String> displaced = Optional.empty();
    private boolean checkpointDue = true;
    private Instant lastCheckpoint;

    /** @param emails asked again for principals whose address was not known */
    public OutboxMaintenance(Outbox outbox, EmailDirectory emails, Clock clock) {
        this.outbox = outbox;
        this.emails = emails;
        this.clock = clock;
        this.lastCheckpoint = clock.instant();
    }

    /** There may be a row that is too old by another retention. */
    public void retentionChanged() {
        lastExpiryCheck = Optional.empty();
    }

    public void someAreHeld() {
        someHeld = true;
    }

    public void rowsDelivered() {
        checkpointDue = true;
    }

    /**
     * Does what is due.
     *
     * @param retention how long a row may wait before it is set aside
     * @param underWay rows that must not be set aside now
     * @param idle whether nothing is under way
     */
    public void round(Duration retention, Set<Long> underWay, boolean idle) {
        Instant now = clock.instant();
        if (isDue(lastPlaceCheck, PLACE_CHECK, now)) {
            checkPlace(now);
        }
        if (isDue(lastExpiryCheck, EXPIRY_CHECK, now)) {
            expire(retention, underWay, now);
        }
        if (!lastHeldSeen.isEmpty() || someHeld && isDue(lastHeldCheck, HELD_CHECK, now)) {
            release(now);
        }
        if (checkpointDue && (idle || isDue(Optional.of(lastCheckpoint), MAX_CHECKPOINT_DELAY, now))) {
            // A reader in the way: next time.
            checkpointDue = !outbox.checkpoint();
            lastCheckpoint = now;
        }
    }

    private void checkPlace(Instant now) {
        Optional<String> found = outbox.displaced();
        if (!found.equals(displaced)) {
            found.ifPresent(objection ->
                    LOG.error("Usage rows that are not delivered before the next stop get lost. {}", objection));
        }
        displaced = found;
        lastPlaceCheck = Optional.of(now);
    }

    private void expire(Duration retention, Set<Long> underWay, Instant now) {
        // A copy: the write may happen after its caller has given up.
        int expired = outbox.expire(now.minus(retention), Set.copyOf(underWay), MAX_EXPIRED_PER_ROUND);
        if (expired > 0) {
            LOG.error(
                    "{} usage rows have waited for {} days and are set aside. They are kept as dead letters, to be retried"
                            + " by hand.",
                    expired,
                    retention.toDays());
            checkpointDue = true;
        }
        lastExpiryCheck = expired == MAX_EXPIRED_PER_ROUND ? Optional.empty() : Optional.of(now);
    }

    private void release(Instant now) {
        List<String> held = outbox.heldPrincipals(MAX_HELD_PER_ROUND, lastHeldSeen);
        List<String> known = held.stream()
                .filter(principal -> emails.emailOf(principal).isPresent())
                .toList();
        if (!known.isEmpty()) {
            outbox.release(known);
        }
        boolean whole = lastHeldSeen.isEmpty() && held.size() < MAX_HELD_PER_ROUND;
        someHeld = !whole || held.size() > known.size();
        lastHeldSeen = held.size() == MAX_HELD_PER_ROUND ? held.get(held.size() - 1) : "";
        lastHeldCheck = Optional.of(now);
    }

    /** When there is something to do again. */
    public Instant next(Instant now) {
        if (lastExpiryCheck.isEmpty() || !lastHeldSeen.isEmpty()) {
            return now;
        }
        Instant next = lastPlaceCheck.map(last -> last.plus(PLACE_CHECK)).orElse(now);
        Instant held = lastHeldCheck.map(last -> last.plus(HELD_CHECK)).orElse(now);
        return someHeld && held.isBefore(next) ? held : next;
    }

    private static boolean isDue(Optional<Instant> last, Duration period, Instant now) {
        // Also when the clock was set back.
        return last.map(then -> now.isBefore(then) || !now.isBefore(then.plus(period)))
                .orElse(true);
    }
}
