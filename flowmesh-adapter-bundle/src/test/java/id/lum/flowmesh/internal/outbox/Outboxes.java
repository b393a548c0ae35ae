package id.lum.flowmesh.internal.outbox;

import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import id.lum.testing.ManualClock;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sqlite.SQLiteDataSource;

/** Outboxes for tests, what is put in, and ways to look at them from outside. */
public final class Outboxes {
    public static final String OWNER = "id.lum.flowmesh outbox.db.path";
    public static final Instant START = Instant.parse("2026-06-01T08:00:00Z");
    public static final Duration MAX_DELAY = Duration.ofHours(1);
    public static final long MANY = 1_000_000;

    private Outboxes() {}

    public static StoreSettings settings(Path path, JournalMode mode) {
        return new StoreSettings(path, mode, OWNER, StoreLimits.defaults());
    }

    public static ManualClock clock() {
        return new ManualClock(START);
    }

    public static Outbox open(Path path) {
        return open(path, JournalMode.WAL);
    }

    public static Outbox open(Path path, JournalMode mode) {
        return Outbox.open(settings(path, mode), clock(), () -> {});
    }

    public static UsageRow row(String principal, String task, String cost) {
        return new UsageRow(
                "lumid",
                principal,
                Optional.of("supplier"),
                START.minusNanos(1),
                new BigDecimal(cost),
                task,
                12.5,
                0.3,
                "DONE");
    }

    public static EmittedRow emitted(String principal, String task) {
        return new EmittedRow(row(principal, task, "0.10"), Optional.of(principal + "@example.com"));
    }

    public static EmittedRow withoutEmail(String principal, String task) {
        return new EmittedRow(row(principal, task, "0.10"), Optional.empty());
    }

    /** Adds rows; the directory is asked once for each, in their order. */
    public static void add(Outbox outbox, List<EmittedRow> rows, long mostRows) {
        Iterator<EmittedRow> asked = List.copyOf(rows).iterator();
        outbox.add(
                rows.stream().map(EmittedRow::row).toList(),
                principal -> asked.next().email(),
                mostRows);
    }

    public static List<PendingRow> due(Outbox outbox, Instant now) {
        return outbox.due(now, 1000, Set.of(), MAX_DELAY);
    }

    /** What is there, seen by another program: each row as its columns, joined by a bar. */
    public static List<String> rows(Path path, String query) throws SQLException {
        try (Connection connection = connect(path);
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (row.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    columns.add(row.getString(i));
                }
                rows.add(String.join("|", columns));
            }
            return rows;
        }
    }

    public static void run(Path path, String... statements) throws SQLException {
        try (Connection connection = connect(path);
                Statement sql = connection.createStatement()) {
            for (String one : statements) {
                sql.execute(one);
            }
        }
    }

    public static Connection connect(Path path) throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + path.toUri());
        return source.getConnection();
    }
}
