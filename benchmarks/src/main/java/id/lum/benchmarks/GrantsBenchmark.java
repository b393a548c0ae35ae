package id.lum.benchmarks;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.sqlite.SQLiteDataSource;

/**
 * What a decision by grant and a registration cost, beside the plainest way to do the same: one prepared statement a
 * read, one commit a write, on one connection under a lock, as durable as ours.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
public class GrantsBenchmark {
    private static final int GRANTS = 10_000;

    private final AtomicLong next = new AtomicLong();
    private SqliteGrantStore store;
    private Connection plain;
    private PreparedStatement plainRead;
    private PreparedStatement plainWrite;

    /** Opens a store and a plain database with the same grants. */
    @Setup
    public void open() throws IOException, SQLException {
        Path folder = Files.createTempDirectory("grants");
        store = SqliteGrantStore.open(
                new GrantStoreSettings(
                        new StoreSettings(
                                folder.resolve("store.sqlite"), JournalMode.WAL, "benchmark", StoreLimits.defaults()),
                        100_000,
                        Instant.now()),
                Clock.systemUTC());
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + folder.resolve("plain.sqlite"));
        plain = source.getConnection();
        try (Statement statement = plain.createStatement()) {
            statement.execute("PRAGMA journal_mode=wal");
            statement.execute("PRAGMA synchronous=FULL");
            statement.execute("CREATE TABLE g(kind, id, principal, level, PRIMARY KEY(kind, id, principal))");
        }
        plainRead = plain.prepareStatement("SELECT level FROM g WHERE kind=? AND id=? AND principal=?");
        plainWrite = plain.prepareStatement("INSERT OR REPLACE INTO g VALUES('workflow', ?, 'bob', 2)");
        plain.setAutoCommit(false);
        for (int i = 0; i < GRANTS; i++) {
            plainWrite.setString(1, "wf-" + i);
            plainWrite.executeUpdate();
        }
        plain.commit();
        plain.setAutoCommit(true);
        IntStream.range(0, GRANTS).parallel().forEach(i -> store.grant("workflow", "wf-" + i, "bob", GrantLevel.WRITE));
    }

    /** Closes both. */
    @TearDown
    public void close() throws SQLException {
        store.close();
        plain.close();
    }

    private String some() {
        return "wf-" + ThreadLocalRandom.current().nextInt(GRANTS);
    }

    /** A read through the store, from one thread. */
    @Benchmark
    public Optional<GrantLevel> readOurs() {
        return store.level("workflow", some(), "bob");
    }

    /** A read through the store, from four threads. */
    @Benchmark
    @Threads(4)
    public Optional<GrantLevel> readOursFourThreads() {
        return store.level("workflow", some(), "bob");
    }

    /** A read by a prepared statement. */
    @Benchmark
    public synchronized int readPlain() throws SQLException {
        plainRead.setString(1, "workflow");
        plainRead.setString(2, some());
        plainRead.setString(3, "bob");
        try (ResultSet row = plainRead.executeQuery()) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    /** A registration through the store, from one thread. */
    @Benchmark
    public void writeOurs() {
        store.grant("workflow", "new-" + next.incrementAndGet(), "bob", GrantLevel.WRITE);
    }

    /** Registrations through the store, from a hundred threads: they share commits. */
    @Benchmark
    @Threads(100)
    public void writeOursHundredThreads() {
        store.grant("workflow", "new-" + next.incrementAndGet(), "bob", GrantLevel.WRITE);
    }

    /** A registration that is its own commit. */
    @Benchmark
    public void writePlain() throws SQLException {
        writePlainly();
    }

    /** Registrations that are their own commit each, from a hundred threads. */
    @Benchmark
    @Threads(100)
    public void writePlainHundredThreads() throws SQLException {
        writePlainly();
    }

    private synchronized void writePlainly() throws SQLException {
        plainWrite.setString(1, "new-" + next.incrementAndGet());
        plainWrite.executeUpdate();
    }
}
