package id.lum.flowmesh.internal.billing;

import id.lum.support.sqlite.Schema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The layout of an outbox. Rows that wait are written once and then only deleted; what changes while they wait stands
 * in the queue of their principal. Every principal with such rows has one queue.
 */
final class OutboxSchema implements Schema<OutboxTable> {
    /** The newest layout known here, as PRAGMA user_version. */
    static final int VERSION = 1;

    /** Each table with its columns, as they are declared. */
    private static final Map<String, List<String>> TABLES = new TreeMap<>(Map.of(
            "usage_rows",
            List.of(
                    "seq INTEGER PRIMARY KEY AUTOINCREMENT",
                    "principal_id TEXT NOT NULL",
                    "org_id TEXT NOT NULL",
                    "supplier_id TEXT",
                    "occurred_at TEXT NOT NULL",
                    "cost TEXT NOT NULL",
                    "task_id TEXT NOT NULL",
                    "runtime_sec TEXT NOT NULL",
                    "cost_per_hour TEXT NOT NULL",
                    "task_status TEXT NOT NULL",
                    "emitted_at INTEGER NOT NULL"),
            "lanes",
            List.of(
                    "principal_id TEXT NOT NULL PRIMARY KEY",
                    "due_at INTEGER NOT NULL",
                    "held INTEGER NOT NULL",
                    "failures INTEGER NOT NULL",
                    "refusals INTEGER NOT NULL",
                    "refused_since INTEGER",
                    "said TEXT",
                    "slot INTEGER"),
            "addresses",
            List.of("slot INTEGER PRIMARY KEY", "used INTEGER NOT NULL", "address BLOB NOT NULL"),
            "dead_letters",
            List.of(
                    "id INTEGER PRIMARY KEY AUTOINCREMENT",
                    "principal_id TEXT NOT NULL",
                    "org_id TEXT NOT NULL",
                    "supplier_id TEXT",
                    "occurred_at TEXT NOT NULL",
                    "cost TEXT NOT NULL",
                    "task_id TEXT NOT NULL",
                    "runtime_sec TEXT NOT NULL",
                    "cost_per_hour TEXT NOT NULL",
                    "task_status TEXT NOT NULL",
                    "emitted_at INTEGER NOT NULL",
                    "died_at INTEGER NOT NULL",
                    "reason TEXT NOT NULL"),
            "totals",
            List.of("live INTEGER NOT NULL", "dead INTEGER NOT NULL")));

    /** What stands on the tables: each by its name. */
    private static final Map<String, String> INDEXES_AND_TRIGGERS = new TreeMap<>(Map.of(
            "usage_rows_of_principal", "INDEX %s ON usage_rows (principal_id, seq)",
            "usage_rows_by_age", "INDEX %s ON usage_rows (emitted_at)",
            "lanes_due", "INDEX %s ON lanes (due_at) WHERE held = 0",
            "lanes_failed", "INDEX %s ON lanes (due_at) WHERE held = 0 AND failures > 0",
            "lanes_held", "INDEX %s ON lanes (principal_id) WHERE held = 1",
            "addresses_free", "INDEX %s ON addresses (slot) WHERE used = 0",
            "count_live_more", counting("INSERT ON usage_rows", "live = live + 1"),
            "count_live_less", counting("DELETE ON usage_rows", "live = live - 1"),
            "count_dead_more", counting("INSERT ON dead_letters", "dead = dead + 1"),
            "count_dead_less", counting("DELETE ON dead_letters", "dead = dead - 1")));

    private static String counting(String event, String change) {
        return "TRIGGER %s AFTER " + event + " BEGIN UPDATE totals SET " + change + "; END";
    }

    @Override
    public String content() {
        return "usage rows";
    }

    @Override
    public OutboxTable bind(Connection connection) throws SQLException {
        return new OutboxTable(connection);
    }

    @Override
    public Optional<String> objection(Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            int version = Integer.parseInt(texts(sql, "PRAGMA user_version").get(0));
            if (version > VERSION) {
                return Optional.of("its schema has version " + version + ", newer than the " + VERSION + " known here");
            }
            List<String> names = texts(
                    sql, "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");
            if (version == 0 && names.isEmpty()) {
                return Optional.empty();
            }
            if (version != VERSION || !names.containsAll(TABLES.keySet())) {
                return Optional.of("it is the database of something else: it has not the tables of an outbox");
            }
            for (Map.Entry<String, List<String>> table : TABLES.entrySet()) {
                if (!columns(sql, table.getKey()).equals(named(table.getValue()))) {
                    return Optional.of("its table " + table.getKey() + " has other columns or types than "
                            + String.join(", ", named(table.getValue())));
                }
            }
            return names.containsAll(INDEXES_AND_TRIGGERS.keySet())
                    ? Optional.empty()
                    : Optional.of("it lacks one of " + String.join(", ", INDEXES_AND_TRIGGERS.keySet()));
        }
    }

    private static List<String> columns(Statement sql, String table) throws SQLException {
        return texts(
                sql,
                "SELECT name || ' ' || type || iif(pk OR NOT \"notnull\", '', ' NOT NULL') FROM pragma_table_info('"
                        + table + "') ORDER BY cid");
    }

    /** A key is not asked whether it may be NULL. */
    private static List<String> named(List<String> columns) {
        return columns.stream()
                .map(column -> column.replaceFirst("( NOT NULL)? PRIMARY KEY.*", ""))
                .toList();
    }

    @Override
    public void complete(Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            // Asks for the write lock even if nothing is missing: a read-only file shows here, not at the first row.
            sql.execute("BEGIN IMMEDIATE");
            if (Integer.parseInt(texts(sql, "PRAGMA user_version").get(0)) == 0) {
                for (Map.Entry<String, List<String>> table : TABLES.entrySet()) {
                    sql.execute("CREATE TABLE " + table.getKey() + " (" + String.join(", ", table.getValue()) + ")"
                            + (table.getKey().equals("lanes") ? " WITHOUT ROWID" : ""));
                }
                for (Map.Entry<String, String> upon : INDEXES_AND_TRIGGERS.entrySet()) {
                    sql.execute("CREATE " + String.format(Locale.ROOT, upon.getValue(), upon.getKey()));
                }
                sql.execute("INSERT INTO totals VALUES (0, 0)");
                sql.execute("PRAGMA user_version = " + VERSION);
            }
            sql.execute("COMMIT");
        }
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
