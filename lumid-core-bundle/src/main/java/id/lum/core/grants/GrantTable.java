package id.lum.core.grants;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All SQL on grants, on one connection. For one thread at a time, but for {@link #interrupt}. */
final class GrantTable implements AutoCloseable {
    // A level of another type would be converted on its way here: 1.5 would open what 1 opens.
    private static final String LEVEL = "CASE typeof(level) WHEN 'integer' THEN level ELSE 0 END, quote(level)";
    private static final String THIS_ONE = " WHERE kind = ?1 AND id = ?2 AND principal_id = ?3";
    /** The driver's price is per statement, not per value. */
    private static final int IDS_PER_INSERT = 100;

    private static final String BEGIN = "BEGIN IMMEDIATE";
    private static final String COMMIT = "COMMIT";
    private static final String ROLLBACK = "ROLLBACK";
    private static final String MARK = "SAVEPOINT one_write";
    private static final String ROLLBACK_TO_MARK = "ROLLBACK TO one_write";
    private static final String RELEASE_MARK = "RELEASE one_write";

    private final Connection connection;
    private final Statement control;
    private final OddLevels odd;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    GrantTable(Connection connection, OddLevels odd) throws SQLException {
        this.connection = connection;
        this.control = connection.createStatement();
        this.odd = odd;
        // Before they are needed: after an interrupt SQLite prepares nothing until a statement has run.
        for (String step : List.of(BEGIN, COMMIT, ROLLBACK, MARK, ROLLBACK_TO_MARK, RELEASE_MARK)) {
            prepared(step);
        }
    }

    // Reading

    Optional<GrantLevel> level(GrantKey key) throws SQLException {
        PreparedStatement sql = on("SELECT " + LEVEL + " FROM acl_grants" + THIS_ONE, key);
        try (ResultSet row = sql.executeQuery()) {
            return row.next() ? levelOf(row, 1, key) : Optional.empty();
        }
    }

    boolean isHeldByAnybody(String kind, String id) throws SQLException {
        PreparedStatement sql = prepared("SELECT 1 FROM acl_grants WHERE kind = ?1 AND id = ?2 LIMIT 1");
        sql.setString(1, kind);
        sql.setString(2, id);
        try (ResultSet row = sql.executeQuery()) {
            return row.next();
        }
    }

    HeldIds ids(HeldIds.Key key) throws SQLException {
        PreparedStatement sql =
                prepared("SELECT id, " + LEVEL + " FROM acl_grants WHERE principal_id = ?1 AND kind = ?2");
        sql.setString(1, key.principalId());
        sql.setString(2, key.kind());
        HashSet<String> readable = new HashSet<>();
        HashSet<String> writable = new HashSet<>();
        try (ResultSet rows = sql.executeQuery()) {
            while (rows.next()) {
                String id = rows.getString(1);
                Optional<GrantLevel> level = levelOf(rows, 2, new GrantKey(key.kind(), id, key.principalId()));
                if (level.isPresent()) {
                    readable.add(id);
                }
                if (level.equals(Optional.of(GrantLevel.WRITE))) {
                    writable.add(id);
                }
            }
        }
        return HeldIds.of(readable, writable);
    }

    List<Grant> list(GrantFilter filter, int limit) throws SQLException {
        List<String> conditions = new ArrayList<>();
        List<String> values = new ArrayList<>();
        restrict(conditions, values, "kind", filter.kind());
        restrict(conditions, values, "id", filter.id());
        restrict(conditions, values, "principal_id", filter.principalId());
        PreparedStatement sql = prepared("SELECT kind, id, principal_id, " + LEVEL
                + ", granted_at, last_seen_at FROM acl_grants"
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
                + " ORDER BY kind, id, principal_id LIMIT " + "?");
        for (int i = 0; i < values.size(); i++) {
            sql.setString(i + 1, values.get(i));
        }
        sql.setInt(values.size() + 1, limit);
        List<Grant> grants = new ArrayList<>();
        try (ResultSet row = sql.executeQuery()) {
            while (row.next()) {
                GrantKey key = new GrantKey(row.getString(1), row.getString(2), row.getString(3));
                grants.add(new Grant(
                        key.kind(),
                        key.id(),
                        key.principalId(),
                        levelOf(row, 4, key),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7)));
            }
        }
        return Collections.unmodifiableList(grants);
    }

    private static void restrict(List<String> conditions, List<String> values, String column, Optional<String> wanted) {
        wanted.ifPresent(value -> {
            conditions.add(column + " = ?");
            values.add(value);
        });
    }

    private Optional<GrantLevel> levelOf(ResultSet row, int column, GrantKey key) throws SQLException {
        Optional<GrantLevel> level = GrantLevel.ofStored(row.getLong(column));
        if (level.isEmpty()) {
            odd.found(key, row.getString(column + 1));
        }
        return level;
    }

    // Writing single grants, each with one statement that changes something

    void upsert(GrantKey key, GrantLevel level, String now) throws SQLException {
        PreparedStatement sql = on(
                "INSERT INTO acl_grants (kind, id, principal_id, level, granted_at, last_seen_at)"
                        + " VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (kind, id, principal_id)"
                        + " DO UPDATE SET level = excluded.level, last_seen_at = excluded.last_seen_at",
                key);
        sql.setInt(4, level.stored());
        sql.setString(5, now);
        sql.executeUpdate();
    }

    boolean delete(GrantKey key) throws SQLException {
        return on("DELETE FROM acl_grants" + THIS_ONE, key).executeUpdate() > 0;
    }

    List<String> holders(String kind, String id) throws SQLException {
        PreparedStatement sql = prepared("SELECT principal_id FROM acl_grants WHERE kind = ?1 AND id = ?2");
        sql.setString(1, kind);
        sql.setString(2, id);
        List<String> holders = new ArrayList<>();
        try (ResultSet row = sql.executeQuery()) {
            while (row.next()) {
                holders.add(row.getString(1));
            }
        }
        return holders;
    }

    int deleteAll(String kind, String id) throws SQLException {
        PreparedStatement sql = prepared("DELETE FROM acl_grants WHERE kind = ?1 AND id = ?2");
        sql.setString(1, kind);
        sql.setString(2, id);
        return sql.executeUpdate();
    }

    // Reconciling

    /** Refreshes every grant on a listed resource. Asks between its steps whether to go on. */
    long touch(LiveResources live, String now, Runnable goOn) throws SQLException {
        // Inside the transaction, so that a rollback leaves no list behind.
        control.execute("CREATE TEMP TABLE live (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID");
        String values = String.join(", ", Collections.nCopies(IDS_PER_INSERT, "(?1, ?)"));
        try (PreparedStatement insert = connection.prepareStatement("INSERT OR IGNORE INTO live VALUES " + values)) {
            for (String kind : live.kinds()) {
                List<String> ids = live.ids(kind);
                for (int from = 0; from < ids.size(); from += IDS_PER_INSERT) {
                    goOn.run();
                    insert.setString(1, kind);
                    for (int i = 0; i < IDS_PER_INSERT; i++) {
                        // The last statement is filled up with an id it has already.
                        insert.setString(2 + i, ids.get(Math.min(from + i, ids.size() - 1)));
                    }
                    insert.executeUpdate();
                }
            }
        }
        goOn.run();
        // OR ROLLBACK, because a statement that can fail alone makes SQLite copy every page that it changes first.
        long touched;
        try (PreparedStatement refresh = connection.prepareStatement(
                "UPDATE OR ROLLBACK acl_grants SET last_seen_at = ?1"
                        + " WHERE EXISTS (SELECT 1 FROM live WHERE live.kind = acl_grants.kind AND live.id = acl_grants.id)")) {
            refresh.setString(1, now);
            touched = refresh.executeUpdate();
        }
        control.execute("DROP TABLE live");
        return touched;
    }

    long sweep(String before) throws SQLException {
        PreparedStatement sql = prepared("DELETE FROM acl_grants WHERE last_seen_at < ?1");
        sql.setString(1, before);
        return sql.executeUpdate();
    }

    long sweep(String kind, String before) throws SQLException {
        PreparedStatement sql = prepared("DELETE FROM acl_grants WHERE kind = ?1 AND last_seen_at < ?2");
        sql.setString(1, kind);
        sql.setString(2, before);
        return sql.executeUpdate();
    }

    // Transactions

    void begin() throws SQLException {
        prepared(BEGIN).execute();
    }

    void commit() throws SQLException {
        prepared(COMMIT).execute();
    }

    void rollback() throws SQLException {
        prepared(ROLLBACK).execute();
    }

    void mark() throws SQLException {
        prepared(MARK).execute();
    }

    /** Fails if the failure that led here has ended the whole transaction. */
    void rollbackToMark() throws SQLException {
        prepared(ROLLBACK_TO_MARK).execute();
        prepared(RELEASE_MARK).execute();
    }

    void releaseMark() throws SQLException {
        prepared(RELEASE_MARK).execute();
    }

    /**
     * Puts the whole write-ahead log into the database and empties it.
     *
     * @return false if another program still reads from the log
     */
    boolean foldLog() throws SQLException {
        try (ResultSet row = control.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            return row.next() && row.getInt("busy") == 0;
        }
    }

    /** Ends the statement that runs now, if any. From any thread. */
    void interrupt() {
        try {
            control.cancel();
        } catch (SQLException closedMeanwhile) {
            // Then nothing runs any more, which is what was asked for.
            return;
        }
    }

    private PreparedStatement on(String sql, GrantKey key) throws SQLException {
        PreparedStatement statement = prepared(sql);
        statement.setString(1, key.kind());
        statement.setString(2, key.id());
        statement.setString(3, key.principalId());
        return statement;
    }

    private PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement known = prepared.get(sql);
        if (known == null) {
            known = connection.prepareStatement(sql);
            prepared.put(sql, known);
        }
        return known;
    }

    @Override
    public void close() throws SQLException {
        // Closes its statements too.
        connection.close();
    }
}
