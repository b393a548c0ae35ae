package id.lum.benchmarks;

import id.lum.flowmesh.internal.outbox.Outbox;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.sqlite.SQLiteDataSource;

/**
 * What it costs to take 100 usage rows over, beside a commit of the same 100 rows by one prepared statement on one
 * connection, as durable as ours: once into a table with nothing but a key, once into one with the outbox's indexes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(2)
public class EmitBenchmark {
    private static final int ROWS = 100;
    private static final String COLUMNS = "principal_id TEXT NOT NULL, org_id TEXT NOT NULL, supplier_id TEXT,"
            + " occurred_at TEXT NOT NULL, cost TEXT NOT NULL, task_id TEXT NOT NULL, runtime_sec TEXT NOT NULL,"
            + " cost_per_hour TEXT NOT NULL, task_status TEXT NOT NULL, emitted_at INTEGER NOT NULL";

    /** Of how many principals the rows are. */
    @Param({"1", "10", "100"})
    private int principals;

    private List<UsageRow> rows;
    private TemporaryFolder folder;
    private Outbox outbox;
    private Connection plain;
    private PreparedStatement keyOnly;
    private PreparedStatement indexed;
    private long emitted;
    private long committed;

    /** Makes the rows. */
    @Setup
    public void rows() {
        rows = IntStream.range(0, ROWS)
                .mapToObj(i -> new UsageRow(
                        "lumid",
                        "principal-" + i % principals,
                        Optional.of("supplier"),
                        Instant.parse("2026-06-01T08:00:00.123Z"),
                        new BigDecimal("0.1234"),
                        "task-" + i,
                        12.5,
                        0.3,
                        "DONE"))
                .toList();
    }

    /** Opens an empty outbox and an empty plain database, so that none grows beyond an iteration. */
    @Setup(Level.Iteration)
    public void open() throws IOException, SQLException {
        folder = new TemporaryFolder();
        emitted = 0;
        committed = 0;
        outbox = Outbox.open(
                new StoreSettings(folder.file("outbox.sqlite"), JournalMode.WAL, "benchmark", StoreLimits.defaults()),
                Clock.systemUTC(),
                () -> {});
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + folder.file("plain.sqlite"));
        plain = source.getConnection();
        try (Statement sql = plain.createStatement()) {
            sql.execute("PRAGMA journal_mode = wal");
            sql.execute("PRAGMA synchronous = FULL");
            sql.execute("CREATE TABLE key_only (seq INTEGER PRIMARY KEY, " + COLUMNS + ")");
            sql.execute("CREATE TABLE indexed (seq INTEGER PRIMARY KEY, " + COLUMNS + ")");
            sql.execute("CREATE INDEX of_principal ON indexed (principal_id, seq)");
            sql.execute("CREATE INDEX by_age ON indexed (emitted_at)");
        }
        plain.setAutoCommit(false);
        keyOnly = insert("key_only");
        indexed = insert("indexed");
    }

    private PreparedStatement insert(String table) throws SQLException {
        return plain.prepareStatement("INSERT INTO " + table
                + " (principal_id, org_id, supplier_id, occurred_at, cost, task_id, runtime_sec, cost_per_hour,"
                + " task_status, emitted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    }

    /** Whatever was emitted or committed is there. */
    @TearDown(Level.Iteration)
    public void check() throws IOException, SQLException {
        require("outbox", emitted, outbox.metrics().pending());
        outbox.close();
        try (Statement sql = plain.createStatement();
                ResultSet row =
                        sql.executeQuery("SELECT (SELECT count(*) FROM key_only) + (SELECT count(*) FROM indexed)")) {
            require("plain database", committed, row.getLong(1));
        }
        plain.close();
        folder.close();
    }

    private static void require(String where, long expected, long found) {
        if (expected != found) {
            throw new IllegalStateException(where + ": " + found + " rows instead of " + expected);
        }
    }

    /** A hundred rows into the outbox, with the addresses of their principals. */
    @Benchmark
    public void emit() {
        outbox.add(rows, principal -> Optional.of("somebody@example.com"), Long.MAX_VALUE);
        emitted += ROWS;
    }

    /** A hundred rows into a table without an index. */
    @Benchmark
    public void commit() throws SQLException {
        commit(keyOnly);
    }

    /** A hundred rows into a table with the outbox's indexes. */
    @Benchmark
    public void commitIndexed() throws SQLException {
        commit(indexed);
    }

    private void commit(PreparedStatement insert) throws SQLException {
        for (UsageRow row : rows) {
            insert.setString(1, row.principalId());
            insert.setString(2, row.orgId());
            insert.setString(3, row.supplierId().orElse(null));
            insert.setString(4, row.occurredAt().toString());
            insert.setString(5, row.cost().toPlainString());
            insert.setString(6, row.taskId());
            insert.setString(7, Double.toString(row.runtimeSec()));
            insert.setString(8, Double.toString(row.costPerHour()));
            insert.setString(9, row.taskStatus());
            insert.setLong(10, System.currentTimeMillis());
            insert.executeUpdate();
        }
        plain.commit();
        committed += ROWS;
    }
}
