package id.lum.core.internal.grants;

import id.lum.core.grants.Grant;
import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.support.sqlite.SqliteTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** All SQL on grants, on one connection. For one thread at a time. */
final class GrantTable extends SqliteTable {
    // A level of another type would be converted on its way here: 1.5 would open what 1 opens.
    private static final String LEVEL = "CASE typeof(level) WHEN 'integer' THEN level ELSE 0 END, quote(level)";
    private static final String THIS_ONE = " WHERE kind = ?1 AND id = ?2 AND principal_id = ?3";
    /** The driver's price is per statement, not per value. */
    private static final int IDS_PER_INSERT = 100;

    private final InvalidLevelLog invalidLevels;

    GrantTable(Connection connection, InvalidLevelLog invalidLevels) throws SQLException {
        super(connection);
        this.invalidLevels = invalidLevels;
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

    GrantedIds ids(GrantedIds.Key key) throws SQLException {
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
        return GrantedIds.of(readable, writable);
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
            invalidLevels.found(key, row.getString(column + 1));
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

    /** Deletes a grant that was neither made nor confirmed again since it was first granted, at a certain time. */
    boolean deleteStamped(GrantKey key, String stamp) throws SQLException {
        PreparedStatement sql =
                on("DELETE FROM acl_grants" + THIS_ONE + " AND granted_at = ?4 AND last_seen_at = ?4", key);
        sql.setString(4, stamp);
        return sql.executeUpdate() > 0;
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
    long touch(ListedResources listed, String now, Runnable checkCancelled) throws SQLException {
        // Inside the transaction, so that a rollback leaves no list behind.
        execute("CREATE TEMP TABLE live (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID");
        String values = String.join(", ", Collections.nCopies(IDS_PER_INSERT, "(?1, ?)"));
        try (PreparedStatement insert = connection().prepareStatement("INSERT OR IGNORE INTO live VALUES " + values)) {
            for (String kind : listed.kinds()) {
                List<String> ids = listed.ids(kind);
                for (int from = 0; from < ids.size(); from += IDS_PER_INSERT) {
                    checkCancelled.run();
                    insert.setString(1, kind);
                    for (int i = 0; i < IDS_PER_INSERT; i++) {
                        // The last statement is filled up with an id it has already.
                        insert.setString(2 + i, ids.get(Math.min(from + i, ids.size() - 1)));
                    }
                    insert.executeUpdate();
                }
            }
        }
        checkCancelled.run();
        // OR ROLLBACK, because a statement that can fail alone makes SQLite copy every page that it changes first.
        long touched;
        try (PreparedStatement refresh = connection()
                .prepareStatement(
                        "UPDATE OR ROLLBACK acl_grants SET last_seen_at = ?1"
                                + " WHERE EXISTS (SELECT 1 FROM live WHERE live.kind = acl_grants.kind AND live.id = acl_grants.id)")) {
            refresh.setString(1, now);
            touched = refresh.executeUpdate();
        }
        execute("DROP TABLE live");
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

    private PreparedStatement on(String sql, GrantKey key) throws SQLException {
        PreparedStatement statement = prepared(sql);
        statement.setString(1, key.kind());
        statement.setString(2, key.id());
        statement.setString(3, key.principalId());
        return statement;
    }
}
