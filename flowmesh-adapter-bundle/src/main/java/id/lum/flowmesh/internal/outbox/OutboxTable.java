package id.lum.flowmesh.internal.outbox;

import static id.lum.flowmesh.internal.outbox.OutboxSchema.USAGE_COLUMN_NAMES;

import id.lum.hooks.LogSafe;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.support.sqlite.SqliteTable;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** SQL on the rows that wait and on those set aside, on one connection. For one thread at a time. */
final class OutboxTable extends SqliteTable {
    static final String OLD =
            "SELECT seq, principal_id, emitted_at FROM usage_rows WHERE emitted_at < ?" + " ORDER BY emitted_at, seq";
    static final String OLDEST = "SELECT min(emitted_at) FROM usage_rows";
    static final String OLDER = "SELECT EXISTS (SELECT 1 FROM usage_rows WHERE principal_id = ? AND seq < ?)";

    /** A statement costs as much as a row or two; more rows need no further statement to be kept prepared. */
    private static final int ROWS_PER_INSERT = 20;

    private static final String INSERT =
            "INSERT INTO usage_rows (" + USAGE_COLUMN_NAMES + ", emitted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String INSERT_SOME = INSERT + ", (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)".repeat(ROWS_PER_INSERT - 1);

    private static final String IS_OLDEST = "seq = ?1 AND NOT EXISTS (SELECT 1 FROM usage_rows AS older"
            + " WHERE older.principal_id = usage_rows.principal_id AND older.seq < ?1)";
    private static final String DELIVERED = "DELETE FROM usage_rows WHERE " + IS_OLDEST + " RETURNING principal_id";
    private static final String PRINCIPAL = "SELECT principal_id FROM usage_rows WHERE " + IS_OLDEST;

    private static final String LAST = "its last attempt: ";
    private static final String UNKNOWN = "the e-mail address of its principal is not known";

    private final Sql sql = this::prepared;
    private final PrincipalQueues queues = new PrincipalQueues(sql);

    OutboxTable(Connection connection) throws SQLException {
        super(connection);
    }

    PrincipalQueues queues() {
        return queues;
    }

    OutboxTotals totals() throws SQLException {
        try (ResultSet row =
                sql.bind("SELECT pending, dead_letters FROM totals").executeQuery()) {
            row.next();
            return new OutboxTotals(row.getLong(1), row.getLong(2));
        }
    }

    // Rows that wait

    /**
     * Adds rows behind those that wait, and the address of each, if it is known.
     *
     * @param emails one for each row
     */
    void add(List<UsageRow> rows, List<Optional<String>> emails, long now) throws SQLException {
        Map<String, List<String>> emailsOf = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            List<String> known = emailsOf.computeIfAbsent(rows.get(i).principalId(), who -> new ArrayList<>());
            emails.get(i).ifPresent(known::add);
        }
        int inserted = 0;
        while (inserted < rows.size()) {
            int next = rows.size() - inserted < ROWS_PER_INSERT ? inserted + 1 : inserted + ROWS_PER_INSERT;
            insert(rows.subList(inserted, next), now);
            inserted = next;
        }
        for (Map.Entry<String, List<String>> known : emailsOf.entrySet()) {
            queues.join(known.getKey(), known.getValue(), now);
        }
    }

    private void insert(List<UsageRow> rows, long now) throws SQLException {
        List<Object> values = new ArrayList<>();
        for (UsageRow row : rows) {
            Collections.addAll(
                    values,
                    row.principalId(),
                    row.orgId(),
                    row.supplierId(),
                    row.occurredAt().toString(),
                    row.cost().toPlainString(),
                    row.taskId(),
                    exact(row.runtimeSec()),
                    exact(row.costPerHour()),
                    row.taskStatus(),
                    now);
        }
        sql.run(rows.size() == 1 ? INSERT : INSERT_SOME, values.toArray());
    }

    /** The shortest decimal that reads back as the same number. */
    private static String exact(double number) {
        return BigDecimal.valueOf(number).toPlainString();
    }

    Optional<Instant> oldest() throws SQLException {
        try (ResultSet row = sql.bind(OLDEST).executeQuery()) {
            return row.next() ? Sql.instant(row, 1) : Optional.empty();
        }
    }

    /** In their order. What rows that have gone mean for their queue is written once for all of them. */
    void record(List<Outcome> outcomes, long now) throws SQLException {
        Set<String> advanced = new LinkedHashSet<>();
        for (Outcome outcome : outcomes) {
            boolean delivered = outcome instanceof Outcome.Delivered;
            Optional<String> principal = sql.text(delivered ? DELIVERED : PRINCIPAL, outcome.seq());
            if (principal.isPresent() && outcome instanceof Outcome.Dead dead) {
                setAside(dead.seq(), dead.reason(), now);
            }
            if (principal.isPresent() && (delivered || outcome instanceof Outcome.Dead)) {
                advanced.add(principal.get());
            } else if (principal.isPresent()) {
                if (advanced.remove(principal.get())) {
                    queues.advance(principal.get(), now);
                }
                recordOfOldest(principal.get(), outcome, now);
            }
        }
        for (String principal : advanced) {
            queues.advance(principal, now);
        }
    }

    private void recordOfOldest(String principalId, Outcome outcome, long now) throws SQLException {
        if (outcome instanceof Outcome.Refused refused) {
            queues.refused(principalId, refused.detail(), refused.nextTry(), now);
        } else if (outcome instanceof Outcome.Failed failed) {
            queues.failed(principalId, failed.detail(), failed.nextTry());
        } else {
            queues.hold(principalId);
        }
    }

    private boolean isOldest(String principalId, long seq) throws SQLException {
        return sql.number(OLDER, principalId, seq).orElseThrow() == 0;
    }

    private void remove(long seq) throws SQLException {
        sql.run("DELETE FROM usage_rows WHERE seq = ?", seq);
    }

    // Rows set aside

    private void setAside(long seq, String reason, long now) throws SQLException {
        sql.run(
                "INSERT INTO dead_letters (" + USAGE_COLUMN_NAMES + ", emitted_at, died_at, reason) SELECT "
                        + USAGE_COLUMN_NAMES + ", emitted_at, ?, ? FROM usage_rows WHERE seq = ?",
                now,
                LogSafe.of(reason),
                seq);
        remove(seq);
    }

    private record Old(long seq, String principalId, long emittedAt) {}

    int expire(long emittedBefore, Set<Long> except, int most, long now) throws SQLException {
        List<Old> old = new ArrayList<>();
        try (ResultSet row = sql.bind(OLD, emittedBefore).executeQuery()) {
            while (old.size() < most && row.next()) {
                if (!except.contains(row.getLong(1))) {
                    old.add(new Old(row.getLong(1), row.getString(2), row.getLong(3)));
                }
            }
        }
        for (Old row : old) {
            boolean oldest = isOldest(row.principalId(), row.seq());
            Optional<String> lastError = queues.isHeld(row.principalId())
                    ? Optional.of(UNKNOWN)
                    : oldest ? queues.lastError(row.principalId()).map(LAST::concat) : Optional.empty();
            setAside(row.seq(), reason(Duration.ofMillis(now - row.emittedAt()), lastError), now);
            if (oldest) {
                queues.skip(row.principalId(), now);
            }
        }
        return old.size();
    }

    private static String reason(Duration waited, Optional<String> lastError) {
        return "It waited " + (waited.toDays() > 0 ? waited.toDays() + " days" : "less than a day") + " in vain; "
                + lastError.orElse("no attempt was answered");
    }

    List<DeadLetter> deadLetters(int most) throws SQLException {
        return letters("ORDER BY id LIMIT ?", most);
    }

    private List<DeadLetter> letters(String which, long argument) throws SQLException {
        List<DeadLetter> letters = new ArrayList<>();
        try (ResultSet row = sql.bind(
                        "SELECT id, principal_id, task_id, cost, emitted_at, died_at, reason FROM dead_letters "
                                + which,
                        argument)
                .executeQuery()) {
            while (row.next()) {
                letters.add(new DeadLetter(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        new BigDecimal(row.getString(4)),
                        Instant.ofEpochMilli(row.getLong(5)),
                        Instant.ofEpochMilli(row.getLong(6)),
                        row.getString(7)));
            }
        }
        return Collections.unmodifiableList(letters);
    }

    /** The newest of the dead letters, or 0. */
    long lastDead() throws SQLException {
        return sql.number("SELECT max(id) FROM dead_letters").orElse(0);
    }

    List<Long> deadUpTo(long last, int most) throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (ResultSet row = sql.bind("SELECT id FROM dead_letters WHERE id <= ? ORDER BY id LIMIT ?", last, most)
                .executeQuery()) {
            while (row.next()) {
                ids.add(row.getLong(1));
            }
        }
        return ids;
    }

    /** Puts it back behind the rows of its principal that wait, as if it had just been emitted. */
    boolean retry(long id, long now) throws SQLException {
        Optional<String> principal = sql.text("SELECT principal_id FROM dead_letters WHERE id = ?", id);
        if (principal.isEmpty()) {
            return false;
        }
        sql.run(
                "INSERT INTO usage_rows (" + USAGE_COLUMN_NAMES + ", emitted_at) SELECT " + USAGE_COLUMN_NAMES
                        + ", ? FROM dead_letters WHERE id = ?",
                now,
                id);
        removeLetter(id);
        queues.rejoin(principal.get(), now);
        return true;
    }

    Optional<DeadLetter> discard(long id) throws SQLException {
        Optional<DeadLetter> letter = letters("WHERE id = ?", id).stream().findFirst();
        removeLetter(id);
        return letter;
    }

    private void removeLetter(long id) throws SQLException {
        sql.run("DELETE FROM dead_letters WHERE id = ?", id);
    }
}
