package id.lum.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteDataSource;

/**
 * The plainest way to keep grants in SQLite: the same table and index, one connection, prepared statements, and commits
 * as durable as ours.
 */
final class PlainGrants implements AutoCloseable {
    /** Before each session of these benchmarks. */
    static final String STALE = "2020-05-20T15:21:00.123456+00:00";

    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement select;

    PlainGrants(Path path) throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + path);
        connection = source.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = wal");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA temp_store = MEMORY");
            statement.execute("CREATE TABLE IF NOT EXISTS acl_grants (kind TEXT NOT NULL, id TEXT NOT NULL,"
                    + " principal_id TEXT NOT NULL, level INTEGER NOT NULL, granted_at TEXT NOT NULL,"
                    + " last_seen_at TEXT NOT NULL, PRIMARY KEY (kind, id, principal_id))");
            statement.execute("CREATE INDEX IF NOT EXISTS acl_grants_of_principal ON acl_grants (principal_id, kind)");
        }
        insert = connection.prepareStatement("INSERT INTO acl_grants VALUES ('workflow', ?1, 'bob', 2, ?2, ?2)"
                + " ON CONFLICT (kind, id, principal_id) DO UPDATE"
                + " SET level = excluded.level, last_seen_at = excluded.last_seen_at");
        select = connection.prepareStatement(
                "SELECT level FROM acl_grants WHERE kind = 'workflow' AND id = ?1 AND principal_id = ?2");
    }

    /** What a row is called. In random order by name, as ids of a host are. */
    static String id(int row) {
        return Integer.toHexString(row * 0x9E3779B9) + "-" + row;
    }

    static String principal(int row) {
        return "p-" + row % 1000;
    }

    /** Fills an empty table with rows from before every session. */
    void fill(int rows) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement fill =
                connection.prepareStatement("INSERT INTO acl_grants VALUES ('workflow', ?1, ?2, 2, ?3, ?3)")) {
            for (int row = 0; row < rows; row++) {
                fill.setString(1, id(row));
                fill.setString(2, principal(row));
                fill.setString(3, STALE);
                fill.executeUpdate();
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    void add(String id) throws SQLException {
        insert.setString(1, id);
        insert.setString(2, STALE);
        insert.executeUpdate();
    }

    /** Adds rows in one commit. */
    void addAll(Iterable<String> ids) throws SQLException {
        connection.setAutoCommit(false);
        for (String id : ids) {
            add(id);
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    int level(String id, String principal) throws SQLException {
        select.setString(1, id);
        select.setString(2, principal);
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    /**
     * The fastest of the plain ways to reconcile that were tried: the list in a temporary table in memory, one update,
     * one delete, one transaction.
     *
     * @return how many rows were deleted
     */
    int reconcile(Iterable<String> ids, String now, String session) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE live (id TEXT PRIMARY KEY) WITHOUT ROWID");
            try (PreparedStatement list = connection.prepareStatement("INSERT OR IGNORE INTO live VALUES (?1)")) {
                for (String id : ids) {
                    list.setString(1, id);
                    list.executeUpdate();
                }
            }
            try (PreparedStatement confirm = connection.prepareStatement(
                            "UPDATE acl_grants SET last_seen_at = ?1 WHERE kind = 'workflow' AND id IN live");
                    PreparedStatement delete =
                            connection.prepareStatement("DELETE FROM acl_grants WHERE last_seen_at < ?1")) {
                confirm.setString(1, now);
                confirm.executeUpdate();
                delete.setString(1, session);
                int deleted = delete.executeUpdate();
                statement.execute("DROP TABLE live");
                connection.commit();
                return deleted;
            }
        } finally {
            connection.setAutoCommit(true);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
