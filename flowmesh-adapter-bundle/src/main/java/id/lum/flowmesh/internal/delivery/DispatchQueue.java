package id.lum.flowmesh.internal.delivery;

import id.lum.flowmesh.internal.outbox.Outbox;
import id.lum.flowmesh.internal.usage.PendingRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rows that are sent next, read from the outbox some at a time: of each principal one, and a few behind it.
 *
 * <p>A row is under way from when it is sent until its outcome is recorded. While a row of a principal is, the outbox
 * is out of date about that principal, which is left out when the outbox is read. Behind a row that was delivered the
 * next one may be sent before that is recorded. Only if more principals are due than are looked at does it wait for
 * that: then it stands behind all of them anyway.
 *
 * <p>For the delivery thread.
 */
final class DispatchQueue {
    /** Principals looked at in one reading. */
    private static final int LOOKED_AT = 64;
    /** Rows of one principal that are read at once. */
    private static final int READ_AHEAD = 32;
    /** No row is put off by more; one that seems to be is due, because the clock was set back. */
    private static final Duration MAX_DELAY = DeliveryPolicy.REFUSED_FOR_LEAST.multipliedBy(2);

    private final Outbox outbox;
    /** By principal, the row that has been due longest first. */
    private final Map<String, PendingRow> waiting = new LinkedHashMap<>();
    /** By principal, rows behind the one that waits or is under way. */
    private final Map<String, Deque<PendingRow>> behind = new HashMap<>();
    /** The row last delivered of principals whose next row is to follow. */
    private final Map<String, Long> followed = new LinkedHashMap<>();
    /** How many rows of each principal are under way. */
    private final Map<String, Integer> principalsUnderWay = new HashMap<>();

    private final Set<Long> underWay = new HashSet<>();
    /** Whether the outbox may have more than was read. */
    private boolean readAgain = true;
    /** Whether all principals that are due, and have not failed, were read. */
    private boolean complete;

    private Instant lastRead = Instant.MIN;
    private Optional<Instant> nextDue = Optional.empty();

    DispatchQueue(Outbox outbox) {
        this.outbox = outbox;
    }

    /** What was read may be out of date. */
    void forget() {
        waiting.clear();
        behind.clear();
        readAgain = true;
    }

    /**
     * Takes rows that may be sent.
     *
     * @param permits how many at most
     * @param inFlight those that have been sent and not answered
     */
    List<PendingRow> next(Instant now, int permits, List<PendingRow> inFlight) {
        if (isReadingDue(now) && (waiting.isEmpty() || complete && waiting.size() < LOOKED_AT)) {
            read(now);
        }
        followed.forEach(this::follow);
        followed.clear();
        List<PendingRow> next = FairSelection.next(List.copyOf(waiting.values()), permits, inFlight);
        next.forEach(row -> waiting.remove(row.principalId()));
        return next;
    }

    private boolean isReadingDue(Instant now) {
        return readAgain
                || now.isBefore(lastRead)
                || nextDue.filter(due -> !now.isBefore(due)).isPresent();
    }

    private void read(Instant now) {
        Set<String> known = new HashSet<>(waiting.keySet());
        known.addAll(principalsUnderWay.keySet());
        List<PendingRow> due = outbox.due(now, LOOKED_AT, known, MAX_DELAY);
        complete = due.stream().filter(row -> row.failures() == 0).count() < LOOKED_AT;
        for (PendingRow row : due) {
            waiting.put(row.principalId(), row);
            known.add(row.principalId());
        }
        nextDue = complete ? outbox.nextDue(now, known, MAX_DELAY) : Optional.of(now);
        lastRead = now;
        readAgain = false;
    }

    private void follow(String principal, long delivered) {
        if (!complete) {
            behind.remove(principal);
            return;
        }
        Deque<PendingRow> rows =
                behind.computeIfAbsent(principal, who -> new ArrayDeque<>(outbox.behind(who, delivered, READ_AHEAD)));
        if (!rows.isEmpty()) {
            waiting.put(principal, rows.remove());
        }
        if (rows.isEmpty()) {
            behind.remove(principal);
        }
    }

    /**
     * A row that finds out whether Runmesh is back has to be found, be it before its time. Best is one that has not
     * failed, and the newest: then rows that Runmesh chokes on, however many, do not keep those waiting that come after
     * them.
     */
    List<PendingRow> probes(Instant now) {
        forget();
        Optional<PendingRow> newest = outbox.newest(now, principalsUnderWay.keySet());
        if (newest.isPresent()) {
            return List.of(newest.get());
        }
        List<PendingRow> due = outbox.due(now, LOOKED_AT, principalsUnderWay.keySet(), MAX_DELAY);
        if (due.isEmpty()) {
            outbox.makeFailedDue();
            return outbox.due(now, LOOKED_AT, principalsUnderWay.keySet(), MAX_DELAY);
        }
        return due;
    }

    /** A row is sent, or held. */
    void begun(PendingRow row) {
        if (underWay.add(row.seq())) {
            principalsUnderWay.merge(row.principalId(), 1, Integer::sum);
        }
    }

    /**
     * A row was answered.
     *
     * @param delivered so that the next one of its principal may follow
     */
    void answered(PendingRow row, boolean delivered) {
        if (delivered) {
            followed.put(row.principalId(), row.seq());
        } else {
            behind.remove(row.principalId());
        }
    }

    /** What became of a row is in the outbox. */
    void recorded(PendingRow row) {
        String principal = row.principalId();
        if (underWay.remove(row.seq())
                && principalsUnderWay.computeIfPresent(principal, (who, rows) -> rows > 1 ? rows - 1 : null) == null) {
            followed.remove(principal);
            if (!waiting.containsKey(principal)) {
                behind.remove(principal);
                readAgain = true;
            }
        }
    }

    /** The rows whose outcome is not recorded yet. */
    Set<Long> underWay() {
        return Collections.unmodifiableSet(underWay);
    }

    /** Whether no row is under way, nor known to be due. */
    boolean isIdle() {
        return underWay.isEmpty() && waiting.isEmpty();
    }

    /** When the outbox has more to send, if nothing happens before. */
    Optional<Instant> nextDue(Instant now) {
        return readAgain ? outbox.nextDue(now, principalsUnderWay.keySet(), MAX_DELAY) : nextDue;
    }
}
