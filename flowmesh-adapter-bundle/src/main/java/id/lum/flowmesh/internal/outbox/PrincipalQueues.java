package id.lum.flowmesh.internal.outbox;

import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.hooks.LogSafe;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * SQL on the queues of principals. A principal with pending rows has one queue; it states when the oldest of them may
 * be tried, and what the attempts so far came to. For one thread at a time.
 */
final class PrincipalQueues {
    private static final String ROW = "SELECT q.principal_id, r.seq, e.address, r.task_id, r.cost, r.runtime_sec,"
            + " r.cost_per_hour, r.task_status, r.emitted_at, ";
    private static final String OLDEST = ROW + "q.refusals, q.refused_since, q.failures FROM queues AS q"
            + " JOIN usage_rows AS r"
            + " ON r.seq = (SELECT min(seq) FROM usage_rows WHERE principal_id = q.principal_id)"
            + " LEFT JOIN email_slots AS e ON e.slot = q.email_slot WHERE q.held = 0 AND ";
    private static final String LONGEST_DUE_FIRST = " ORDER BY q.due_at, q.principal_id";
    /** Those that have not failed, and those that have: each are ordered among themselves. */
    private static final List<String> KINDS = List.of("q.failures = 0 AND ", "q.failures > 0 AND ");

    private static final String NEWEST =
            OLDEST + KINDS.get(0) + "q.due_at <= ? ORDER BY q.due_at DESC, q.principal_id DESC";
    private static final String DUE_BY = "q.due_at <= ?" + LONGEST_DUE_FIRST;
    private static final String DUE_AFTER = "q.due_at > ?" + LONGEST_DUE_FIRST;
    private static final String BEHIND = ROW + "0, NULL, 0 FROM usage_rows AS r"
            + " JOIN queues AS q ON q.principal_id = r.principal_id LEFT JOIN email_slots AS e ON e.slot = q.email_slot"
            + " WHERE r.principal_id = ? AND r.seq > ? ORDER BY r.seq LIMIT ?";
    static final String NEXT = "SELECT principal_id, due_at FROM queues WHERE held = 0 ORDER BY due_at";
    static final String LATEST = "SELECT principal_id, due_at FROM queues WHERE held = 0 ORDER BY due_at DESC";
    static final String HELD =
            "SELECT principal_id FROM queues WHERE held = 1 AND principal_id > ? ORDER BY principal_id LIMIT ?";
    /** Those that need an operator first. */
    private static final String ALL = "SELECT q.principal_id, r.task_id, r.emitted_at, (SELECT count(*) FROM usage_rows"
            + " WHERE principal_id = q.principal_id), q.held, q.due_at, q.refusals, q.failures, q.last_error FROM queues AS q"
            + " JOIN usage_rows AS r ON r.seq = (SELECT min(seq) FROM usage_rows WHERE principal_id = q.principal_id)"
            + " ORDER BY q.refusals > 0 DESC, q.held DESC, q.failures > 0 DESC, r.emitted_at, q.principal_id LIMIT ?";

    private static final String ALL_TO_DUE = "UPDATE queues SET due_at = ?1 WHERE principal_id IN (SELECT principal_id"
            + " FROM queues WHERE held = 0 AND due_at > ?1 LIMIT ?2)";
    static final String FAILED_TO_DUE = "UPDATE queues SET due_at = ?1 WHERE principal_id IN (SELECT principal_id"
            + " FROM queues WHERE held = 0 AND failures > 0 AND due_at > ?1 LIMIT ?2)";
    private static final String JOINED = "SELECT q.held, q.email_slot, e.address FROM queues AS q"
            + " LEFT JOIN email_slots AS e ON e.slot = q.email_slot WHERE q.principal_id = ?";
    private static final String NEW =
            "INSERT INTO queues (principal_id, due_at, held, failures, refusals, email_slot) VALUES (?, ?, 0, 0, 0, ?)";
    /** The queue is reset for the row that is the oldest now. */
    private static final String RESET = " refusals = 0, refused_since = NULL, last_error = NULL";

    private final Sql sql;
    private final EmailSlots emailSlots;

    PrincipalQueues(Sql sql) {
        this.sql = sql;
        this.emailSlots = new EmailSlots(sql);
    }

    // Reading

    /** Passes over principals in Java: the set may hold more of them than a statement may have parameters. */
    List<PendingRow> due(long now, int most, Set<String> except, long furthest) throws SQLException {
        List<PendingRow> due = new ArrayList<>();
        Set<String> passed = new HashSet<>(except);
        for (String kind : KINDS) {
            int all = due.size() + most;
            collect(due, OLDEST + kind + DUE_BY, now, all, passed);
            if (furthest >= now) {
                collect(due, OLDEST + kind + DUE_AFTER, furthest, all, passed);
            }
        }
        return due;
    }

    private void collect(List<PendingRow> due, String query, long time, int most, Set<String> passed)
            throws SQLException {
        if (due.size() >= most) {
            return;
        }
        try (ResultSet row = sql.bind(query, time).executeQuery()) {
            while (due.size() < most && row.next()) {
                if (passed.add(row.getString(1))) {
                    due.add(pendingRow(row));
                }
            }
        }
    }

    Optional<PendingRow> newest(long now, Set<String> except) throws SQLException {
        List<PendingRow> newest = new ArrayList<>();
        collect(newest, NEWEST, now, 1, new HashSet<>(except));
        return newest.stream().findFirst();
    }

    /** As they will be once the row before each has gone. */
    List<PendingRow> behind(String principalId, long seq, int most) throws SQLException {
        List<PendingRow> behind = new ArrayList<>();
        try (ResultSet row = sql.bind(BEHIND, principalId, seq, most).executeQuery()) {
            while (row.next()) {
                behind.add(pendingRow(row));
            }
        }
        return behind;
    }

    private static PendingRow pendingRow(ResultSet row) throws SQLException {
        return new PendingRow(
                row.getLong(2),
                row.getString(1),
                EmailSlots.read(row, 3),
                row.getString(4),
                new BigDecimal(row.getString(5)),
                new BigDecimal(row.getString(6)),
                new BigDecimal(row.getString(7)),
                row.getString(8),
                Instant.ofEpochMilli(row.getLong(9)),
                row.getInt(10),
                Sql.instant(row, 11),
                row.getInt(12));
    }

    OptionalLong nextDue(long now, Set<String> except, long furthest) throws SQLException {
        OptionalLong latest = end(LATEST, except);
        return latest.isPresent() && latest.getAsLong() > furthest ? OptionalLong.of(now) : end(NEXT, except);
    }

    private OptionalLong end(String inOrder, Set<String> except) throws SQLException {
        try (ResultSet row = sql.bind(inOrder).executeQuery()) {
            while (row.next()) {
                if (!except.contains(row.getString(1))) {
                    return OptionalLong.of(row.getLong(2));
                }
            }
        }
        return OptionalLong.empty();
    }

    List<String> held(int most, String after) throws SQLException {
        List<String> principals = new ArrayList<>();
        try (ResultSet row = sql.bind(HELD, after, most).executeQuery()) {
            while (row.next()) {
                principals.add(row.getString(1));
            }
        }
        return principals;
    }

    List<QueueStatus> all(int most) throws SQLException {
        List<QueueStatus> all = new ArrayList<>();
        try (ResultSet row = sql.bind(ALL, most).executeQuery()) {
            while (row.next()) {
                all.add(new QueueStatus(
                        row.getString(1),
                        row.getString(2),
                        Instant.ofEpochMilli(row.getLong(3)),
                        row.getLong(4),
                        row.getBoolean(5),
                        Instant.ofEpochMilli(row.getLong(6)),
                        row.getInt(7),
                        row.getInt(8),
                        Optional.ofNullable(row.getString(9))));
            }
        }
        return Collections.unmodifiableList(all);
    }

    long count() throws SQLException {
        return sql.number("SELECT count(*) FROM queues").orElseThrow();
    }

    long countHeld() throws SQLException {
        return sql.number("SELECT count(*) FROM queues WHERE held = 1").orElseThrow();
    }

    boolean isHeld(String principalId) throws SQLException {
        return sql.number("SELECT held FROM queues WHERE principal_id = ?", principalId)
                        .orElse(0)
                > 0;
    }

    Optional<String> lastError(String principalId) throws SQLException {
        return sql.text("SELECT last_error FROM queues WHERE principal_id = ?", principalId);
    }

    // Writing

    /** What new rows have to know of the queue that they join. */
    private record Joined(boolean held, OptionalLong emailSlot, Optional<String> email) {}

    /**
     * Rows have been added: their principal needs a queue. An address is that of the whole queue, and releases it.
     *
     * @param emails those that came with the rows, the newest last
     */
    void join(String principalId, List<String> emails, long now) throws SQLException {
        Optional<String> email = emails.stream().filter(EmailSlots::fits).reduce((older, newer) -> newer);
        Optional<Joined> queue = joined(principalId);
        if (queue.isEmpty()) {
            Optional<Long> slot = email.isPresent()
                    ? Optional.of(emailSlots.put(OptionalLong.empty(), email.get()))
                    : Optional.empty();
            sql.run(NEW, principalId, now, slot);
            return;
        }
        if (queue.get().held() && !emails.isEmpty()) {
            release(principalId, now);
        }
        if (email.isPresent() && !email.equals(queue.get().email())) {
            OptionalLong slot = queue.get().emailSlot();
            long place = emailSlots.put(slot, email.get());
            if (slot.isEmpty()) {
                sql.run("UPDATE queues SET email_slot = ? WHERE principal_id = ?", place, principalId);
            }
        }
    }

    private Optional<Joined> joined(String principalId) throws SQLException {
        try (ResultSet row = sql.bind(JOINED, principalId).executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            long slot = row.getLong(2);
            OptionalLong emailSlot = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(slot);
            return Optional.of(new Joined(row.getBoolean(1), emailSlot, EmailSlots.read(row, 3)));
        }
    }

    private OptionalLong slot(String principalId) throws SQLException {
        return sql.number("SELECT email_slot FROM queues WHERE principal_id = ?", principalId);
    }

    /** An operator has put a row back. */
    void rejoin(String principalId, long now) throws SQLException {
        sql.run(
                NEW + " ON CONFLICT (principal_id) DO UPDATE SET due_at = min(due_at, excluded.due_at)",
                principalId,
                now,
                Optional.empty());
    }

    /** The oldest row has gone, and the other side has answered. */
    void advance(String principalId, long now) throws SQLException {
        if (!endIfEmpty(principalId)) {
            sql.run(
                    "UPDATE queues SET due_at = ?, failures = 0, held = 0," + RESET + " WHERE principal_id = ?",
                    now,
                    principalId);
        }
    }

    /**
     * The oldest row has gone without an attempt: how long the other side's failures are waited out, and for an
     * address, stays.
     */
    void skip(String principalId, long now) throws SQLException {
        if (!endIfEmpty(principalId)) {
            sql.run(
                    "UPDATE queues SET due_at = iif(failures > 0, due_at, min(due_at, ?))," + RESET
                            + " WHERE principal_id = ?",
                    now,
                    principalId);
        }
    }

    /** The queue and the address are deleted with the last row. */
    private boolean endIfEmpty(String principalId) throws SQLException {
        if (sql.number("SELECT 1 FROM usage_rows WHERE principal_id = ? LIMIT 1", principalId)
                .isPresent()) {
            return false;
        }
        OptionalLong slot = slot(principalId);
        if (slot.isPresent()) {
            emailSlots.wipe(slot.getAsLong());
        }
        sql.run("DELETE FROM queues WHERE principal_id = ?", principalId);
        return true;
    }

    void refused(String principalId, String error, Instant nextTry, long now) throws SQLException {
        sql.run(
                "UPDATE queues SET due_at = ?, failures = 0, refusals = refusals + 1,"
                        + " refused_since = coalesce(refused_since, ?), last_error = ? WHERE principal_id = ?",
                Sql.millis(nextTry),
                now,
                LogSafe.of(error),
                principalId);
    }

    void failed(String principalId, String error, Instant nextTry) throws SQLException {
        sql.run(
                "UPDATE queues SET due_at = ?, failures = failures + 1, last_error = ? WHERE principal_id = ?",
                Sql.millis(nextTry),
                LogSafe.of(error),
                principalId);
    }

    /** Not if an address has come meanwhile. */
    void hold(String principalId) throws SQLException {
        sql.run("UPDATE queues SET held = 1, failures = 0 WHERE principal_id = ? AND email_slot IS NULL", principalId);
    }

    boolean release(String principalId, long now) throws SQLException {
        return sql.run("UPDATE queues SET held = 0, due_at = ? WHERE principal_id = ? AND held = 1", now, principalId)
                > 0;
    }

    int failedToDue(long now, int most) throws SQLException {
        return sql.run(FAILED_TO_DUE, now, most);
    }

    int allToDue(long now, int most) throws SQLException {
        return sql.run(ALL_TO_DUE, now, most);
    }

    /** Where a duration from a time ends. */
    static long after(Instant now, Duration longest) {
        try {
            return Sql.millis(now.plus(longest));
        } catch (ArithmeticException | DateTimeException beyond) {
            return Long.MAX_VALUE;
        }
    }
}
