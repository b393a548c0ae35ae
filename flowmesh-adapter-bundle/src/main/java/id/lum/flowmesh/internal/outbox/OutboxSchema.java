package id.lum.flowmesh.internal.outbox;

import static java.util.stream.Collectors.joining;

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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The layout of an outbox. Rows that wait are written once and then only deleted; what changes while they wait stands
 * in the queue of their principal. Every principal with such rows has one queue.
 *
 * <p>A file of version 1, which has the same rows in tables of other names, is brought to this version in one
 * transaction when it is opened. Programs that know version 1 only refuse it then.
 */
final class OutboxSchema implements Schema<OutboxTable> {
    /** The newest layout known here, as PRAGMA user_version. */
    static final int VERSION = 2;

    /** What is kept of a usage row from the host, waiting or set aside: the columns as they are declared. */
    private static final List<String> USAGE_COLUMNS = List.of(
            "principal_id TEXT NOT NULL",
            "org_id TEXT NOT NULL",
            "supplier_id TEXT",
            "occurred_at TEXT NOT NULL",
            "cost TEXT NOT NULL",
            "task_id TEXT NOT NULL",
            "runtime_sec TEXT NOT NULL",
            "cost_per_hour TEXT NOT NULL",
            "task_status TEXT NOT NULL");

    /** The names of those columns, as a list in SQL. */
    static final String USAGE_COLUMN_NAMES =
            USAGE_COLUMNS.stream().map(column -> column.split(" ")[0]).collect(joining(", "));

    /** Each table with its columns, as they are declared. */
    private static final Map<String, List<String>> TABLES = new TreeMap<>(Map.of(
            "usage_rows",
            withUsageColumns("seq INTEGER PRIMARY KEY AUTOINCREMENT"),
            "queues",
            queueColumns("last_error", "email_slot"),
            "email_slots",
            List.of("slot INTEGER PRIMARY KEY", "used INTEGER NOT NULL", "address BLOB NOT NULL"),
            "dead_letters",
            withUsageColumns(
                    "id INTEGER PRIMARY KEY AUTOINCREMENT", "died_at INTEGER NOT NULL", "reason TEXT NOT NULL"),
            "totals",
            List.of("pending INTEGER NOT NULL", "dead_letters INTEGER NOT NULL")));

    /** What stands on the tables: each by its name. */
    private static final Map<String, String> INDEXES_AND_TRIGGERS = new TreeMap<>(Map.of(
            "usage_rows_of_principal", "INDEX %s ON usage_rows (principal_id, seq)",
            "usage_rows_by_age", "INDEX %s ON usage_rows (emitted_at)",
            "queues_due", "INDEX %s ON queues (due_at) WHERE held = 0",
            "queues_failed", "INDEX %s ON queues (due_at) WHERE held = 0 AND failures > 0",
            "queues_held", "INDEX %s ON queues (principal_id) WHERE held = 1",
            "email_slots_free", "INDEX %s ON email_slots (slot) WHERE used = 0",
            "count_pending_more", counting("INSERT ON usage_rows", "pending = pending + 1"),
            "count_pending_less", counting("DELETE ON usage_rows", "pending = pending - 1"),
            "count_dead_letters_more", counting("INSERT ON dead_letters", "dead_letters = dead_letters + 1"),
            "count_dead_letters_less", counting("DELETE ON dead_letters", "dead_letters = dead_letters - 1")));

    /** The tables of version 1, which had other names for some. */
    private static final Map<String, List<String>> TABLES_OF_VERSION_1 = new TreeMap<>(Map.of(
            "usage_rows",
            TABLES.get("usage_rows"),
            "lanes",
            queueColumns("said", "slot"),
            "addresses",
            TABLES.get("email_slots"),
            "dead_letters",
            TABLES.get("dead_letters"),
            "totals",
            List.of("live INTEGER NOT NULL", "dead INTEGER NOT NULL")));

    private static final Set<String> INDEXES_AND_TRIGGERS_OF_VERSION_1 = Set.of(
            "usage_rows_of_principal",
            "usage_rows_by_age",
            "lanes_due",
            "lanes_failed",
            "lanes_held",
            "addresses_free",
            "count_live_more",
            "count_live_less",
            "count_dead_more",
            "count_dead_less");

    /** Brings version 1 to this one, but for indexes and triggers. No row is written anew. */
    private static final List<String> FROM_VERSION_1 = List.of(
            "DROP INDEX lanes_due",
            "DROP INDEX lanes_failed",
            "DROP INDEX lanes_held",
            "DROP INDEX addresses_free",
            "DROP TRIGGER count_live_more",
            "DROP TRIGGER count_live_less",
            "DROP TRIGGER count_dead_more",
            "DROP TRIGGER count_dead_less",
            "ALTER TABLE lanes RENAME TO queues",
            "ALTER TABLE queues RENAME COLUMN said TO last_error",
            "ALTER TABLE queues RENAME COLUMN slot TO email_slot",
            "ALTER TABLE addresses RENAME TO email_slots",
            "ALTER TABLE totals RENAME COLUMN live TO pending",
            "ALTER TABLE totals RENAME COLUMN dead TO dead_letters");

    private static List<String> withUsageColumns(String key, String... more) {
        List<String> columns = new ArrayList<>(List.of(key));
        columns.addAll(USAGE_COLUMNS);
        columns.add("emitted_at INTEGER NOT NULL");
        columns.addAll(List.of(more));
        return List.copyOf(columns);
    }

    /** Version 1 named two of them otherwise. */
    private static List<String> queueColumns(String lastError, String emailSlot) {
        return List.of(
                "principal_id TEXT NOT NULL PRIMARY KEY",
                "due_at INTEGER NOT NULL",
                "held INTEGER NOT NULL",
                "failures INTEGER NOT NULL",
                "refusals INTEGER NOT NULL",
                "refused_since INTEGER",
                lastError + " TEXT",
                emailSlot + " INTEGER");
    }

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
            Map<String, List<String>> tables = version == 1 ? TABLES_OF_VERSION_1 : TABLES;
            if (version < 1 || !names.containsAll(tables.keySet())) {
                return Optional.of("it is the database of something else: it has not the tables of an outbox");
            }
            for (Map.Entry<String, List<String>> table : tables.entrySet()) {
                if (!columns(sql, table.getKey()).equals(named(table.getValue()))) {
                    return Optional.of("its table " + table.getKey() + " has other columns or types than "
                            + String.join(", ", named(table.getValue())));
                }
            }
            Set<String> others = version == 1 ? INDEXES_AND_TRIGGERS_OF_VERSION_1 : INDEXES_AND_TRIGGERS.keySet();
            return names.containsAll(others)
                    ? Optional.empty()
                    : Optional.of("it lacks one of " + String.join(", ", new TreeSet<>(others)));
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
            int version = Integer.parseInt(texts(sql, "PRAGMA user_version").get(0));
            if (version == 0) {
                for (Map.Entry<String, List<String>> table : TABLES.entrySet()) {
                    sql.execute("CREATE TABLE " + table.getKey() + " (" + String.join(", ", table.getValue()) + ")"
                            + (table.getKey().equals("queues") ? " WITHOUT ROWID" : ""));
                }
                sql.execute("INSERT INTO totals VALUES (0, 0)");
            } else if (version == 1) {
                for (String change : FROM_VERSION_1) {
                    sql.execute(change);
                }
            }
            if (version < VERSION) {
                for (Map.Entry<String, String> upon : INDEXES_AND_TRIGGERS.entrySet()) {
                    sql.execute(
                            "CREATE " + String.format(Locale.ROOT, upon.getValue(), "IF NOT EXISTS " + upon.getKey()));
                }
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
