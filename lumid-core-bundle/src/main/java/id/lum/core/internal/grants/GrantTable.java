package id.lum.core.internal.grants;

import id.lum.core.grants.Grant;
import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.support.json.JsonWriter;
import id.lum.support.sqlite.SqliteTable;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** All SQL on grants, on one connection. For one thread at a time. */
final class GrantTable extends SqliteTable {
    // A level of another type would be converted on its way here: 1.5 would open what 1 opens.
    private static final JsonWriter JSON = new JsonWriter();
    private static final String LEVEL = "CASE typeof(level) WHEN 'integer' THEN level ELSE 0 END, quote(level)";
    private static final String THIS_ONE = " WHERE kind = ?1 AND id = ?2 AND principal_id = ?3";

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
        GrantedIds ids = GrantedIds.NONE;
        try (ResultSet rows = sql.executeQuery()) {
            while (rows.next()) {
                String id = rows.getString(1);
                ids = ids.with(id, levelOf(rows, 2, new GrantKey(key.kind(), id, key.principalId())));
            }
        }
        return ids;
    }

    /** In one statement, because a commit may come between two. */
    Map<String, Optional<GrantLevel>> levels(GrantedIds.Key key, Set<String> ids) throws SQLException {
        PreparedStatement sql =
                prepared("SELECT id, " + LEVEL + " FROM acl_grants WHERE kind = ?1 AND principal_id = ?2"
                        + " AND id IN (SELECT value FROM json_each(?3, '$.ids'))");
        sql.setString(1, key.kind());
        sql.setString(2, key.principalId());
        sql.setString(3, new String(JSON.object(Map.of("ids", List.copyOf(ids))), StandardCharsets.UTF_8));
        Map<String, Optional<GrantLevel>> levels = new HashMap<>();
        ids.forEach(id -> levels.put(id, Optional.empty()));
        try (ResultSet rows = sql.executeQuery()) {
            while (rows.next()) {
                String id = rows.getString(1);
                levels.put(id, levelOf(rows, 2, new GrantKey(key.kind(), id, key.principalId())));
            }
        }
        return levels;
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

    /** Looks at the next rows. A read, on any connection. */
    GrantSlice slice(long after, int most, ConfirmationStamps stamps, ListedResources listed) throws SQLException {
        // In one column: 1 for an unconfirmed row, 2 if it is from before the session besides. Each value read costs.
        PreparedStatement sql = prepared("SELECT rowid, kind, id, (last_seen_at < ?2) + "
                + ConfirmationStamps.UNCONFIRMED + " FROM acl_grants WHERE rowid > ?3 ORDER BY rowid LIMIT ?4");
        sql.setString(1, stamps.now());
        sql.setString(2, stamps.sessionStart());
        sql.setLong(3, after);
        sql.setInt(4, most);
        List<RowRange> toConfirm = new ArrayList<>();
        // The range that may still grow.
        Optional<RowRange> open = Optional.empty();
        long confirmed = 0;
        boolean hasSwept = false;
        long last = after;
        int rows = 0;
        try (ResultSet row = sql.executeQuery()) {
            for (; row.next(); rows++) {
                last = row.getLong(1);
                String kind = row.getString(2);
                String id = row.getString(3);
                int state = row.getInt(4);
                boolean isListed = listed.contains(kind, id);
                if (isListed && state > 0) {
                    long first = open.map(RowRange::first).orElse(last);
                    open = Optional.of(new RowRange(first, last));
                } else if (isListed) {
                    confirmed++;
                } else if (state > 0) {
                    open.ifPresent(toConfirm::add);
                    open = Optional.empty();
                    hasSwept |= state == 2 && listed.sweeps(kind, id);
                }
            }
        }
        open.ifPresent(toConfirm::add);
        return new GrantSlice(last, rows < most, confirmed, toConfirm, hasSwept);
    }

    /** Refreshes the rows that are still to be confirmed. */
    long confirm(List<RowRange> ranges, ConfirmationStamps stamps) throws SQLException {
        // OR ROLLBACK, because a statement that can fail alone makes SQLite copy every page that it changes first.
        PreparedStatement sql = prepared("UPDATE OR ROLLBACK acl_grants SET last_seen_at = ?1"
                + " WHERE rowid BETWEEN ?3 AND ?4 AND " + ConfirmationStamps.UNCONFIRMED);
        sql.setString(1, stamps.now());
        sql.setString(2, stamps.sessionStart());
        long confirmed = 0;
        for (RowRange range : ranges) {
            sql.setLong(3, range.first());
            sql.setLong(4, range.last());
            confirmed += sql.executeUpdate();
        }
        return confirmed;
    }

    /** Deletes the rows from before the session that are on no listed resource. */
    long sweep(RowRange range, String sessionStart, ListedResources listed, Consumer<GrantKey> deleting)
            throws SQLException {
        PreparedStatement sql = prepared("SELECT rowid, kind, id, principal_id FROM acl_grants"
                + " WHERE rowid BETWEEN ?1 AND ?2 AND last_seen_at < ?3");
        sql.setLong(1, range.first());
        sql.setLong(2, range.last());
        sql.setString(3, sessionStart);
        List<Long> going = new ArrayList<>();
        try (ResultSet row = sql.executeQuery()) {
            while (row.next()) {
                GrantKey key = new GrantKey(row.getString(2), row.getString(3), row.getString(4));
                if (listed.sweeps(key.kind(), key.id())) {
                    deleting.accept(key);
                    going.add(row.getLong(1));
                }
            }
        }
        PreparedStatement delete = prepared("DELETE FROM acl_grants WHERE rowid = ?1");
        for (long row : going) {
            delete.setLong(1, row);
            delete.executeUpdate();
        }
        return going.size();
    }

    private PreparedStatement on(String sql, GrantKey key) throws SQLException {
        PreparedStatement statement = prepared(sql);
        statement.setString(1, key.kind());
        statement.setString(2, key.id());
        statement.setString(3, key.principalId());
        return statement;
    }
}
