package id.lum.core.internal.grants;

import id.lum.support.sqlite.Schema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The table of the Python plugins (user_version 0). Database files can be copied from either implementation to the
 * other.
 */
final class GrantSchema implements Schema<GrantTable> {
    /** The newest layout known here, as PRAGMA user_version. */
    static final int VERSION = 0;

    private static final List<String> COLUMNS =
            List.of("kind", "id", "principal_id", "level", "granted_at", "last_seen_at");
    private static final List<String> KEY = List.of("kind", "id", "principal_id");
    private static final List<String> INDEX = List.of("principal_id", "kind");

    private final InvalidLevelLog invalidLevels = new InvalidLevelLog();

    @Override
    public String content() {
        return "grants";
    }

    @Override
    public GrantTable bind(Connection connection) throws SQLException {
        return new GrantTable(connection, invalidLevels);
    }

    @Override
    public Optional<String> objection(Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            int version = Integer.parseInt(texts(sql, "PRAGMA user_version").get(0));
            if (version > VERSION) {
                return Optional.of("its schema has version " + version + ", newer than the " + VERSION + " known here");
            }
            List<String> tables = texts(
                    sql,
                    "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
            if (!tables.contains("acl_grants")) {
                return tables.isEmpty()
                        ? Optional.empty()
                        : Optional.of("it is the database of something else: it has tables and no acl_grants");
            }
            return hasOurColumns(sql)
                    ? Optional.empty()
                    : Optional.of("its table acl_grants has other columns, types or another key than "
                            + String.join(", ", COLUMNS));
        }
    }

    private static boolean hasOurColumns(Statement sql) throws SQLException {
        List<String> columns = new ArrayList<>();
        Map<Integer, String> key = new HashMap<>();
        boolean types = true;
        try (ResultSet rows = sql.executeQuery("PRAGMA table_info(acl_grants)")) {
            while (rows.next()) {
                String column = rows.getString("name");
                columns.add(column);
                if (rows.getInt("pk") > 0) {
                    key.put(rows.getInt("pk"), column);
                }
                types &= holds(column, rows.getString("type").toUpperCase(Locale.ROOT));
            }
        }
        return types
                && columns.size() == COLUMNS.size()
                && columns.containsAll(COLUMNS)
                && key.equals(Map.of(1, KEY.get(0), 2, KEY.get(1), 3, KEY.get(2)));
    }

    /** SQLite converts what it stores by the declared type: a numeric id column would make 007 and 7 one id. */
    private static boolean holds(String column, String type) {
        boolean number = type.contains("INT");
        boolean text = !number && (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT"));
        return column.equals("level") ? number : text || !KEY.contains(column);
    }

    @Override
    public void complete(Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            // Asks for the write lock even if nothing is missing: a read-only file shows here, not at the first grant.
            sql.execute("BEGIN IMMEDIATE");
            sql.execute("""
                    CREATE TABLE IF NOT EXISTS acl_grants (
                        kind TEXT NOT NULL,
                        id TEXT NOT NULL,
                        principal_id TEXT NOT NULL,
                        level INTEGER NOT NULL,
                        granted_at TEXT NOT NULL,
                        last_seen_at TEXT NOT NULL,
                        PRIMARY KEY (kind, id, principal_id)
                    )""");
            if (!hasIndex(sql)) {
                sql.execute("CREATE INDEX acl_grants_of_principal ON acl_grants (principal_id, kind)");
            }
            sql.execute("COMMIT");
        }
    }

    private static boolean hasIndex(Statement sql) throws SQLException {
        for (String index : texts(sql, "SELECT name FROM pragma_index_list('acl_grants') WHERE partial = 0")) {
            String quoted = index.replace("'", "''");
            List<String> columns =
                    texts(sql, "SELECT coalesce(name, '') FROM pragma_index_info('" + quoted + "') ORDER BY seqno");
            if (columns.size() >= INDEX.size()
                    && columns.subList(0, INDEX.size()).equals(INDEX)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> texts(Statement sql, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = sql.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
