package id.lum.benchmarks;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.Sweep;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.AuxCounters;
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

/**
 * A reconcile of a table of which one row in a hundred is not listed, the first of a session, beside the best plain
 * SQL; and how long a registration takes meanwhile.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(2)
public class ReconcileBenchmark {
    /** Rows in the table. */
    @Param({"1000", "100000"})
    public int rows;

    private GrantFiles files;
    private SqliteGrantStore store;
    private PlainGrants plain;
    private List<String> ids;
    private List<ResourceRef> live;

    /** Lists all rows but one in a hundred, in random order. */
    @Setup
    public void list() throws IOException {
        files = new GrantFiles();
        ids = new ArrayList<>(IntStream.range(0, rows)
                .filter(row -> row % 100 != 0)
                .mapToObj(PlainGrants::id)
                .toList());
        Collections.shuffle(ids, new Random(1));
        live = ids.stream().map(id -> ResourceRef.of("workflow", id)).toList();
    }

    /** Each reconcile meets rows that no session has confirmed. */
    @Setup(Level.Invocation)
    public void fill() throws IOException, SQLException {
        files.filled("store", rows);
        store = files.open("store");
        plain = new PlainGrants(files.path("plain"));
        plain.fill(rows);
    }

    /** Closes and deletes both. */
    @TearDown(Level.Invocation)
    public void empty() throws IOException, SQLException {
        store.close();
        plain.close();
        files.delete("store");
        files.delete("plain");
    }

    /** Deletes the folder. */
    @TearDown
    public void close() throws IOException {
        files.close();
    }

    /** Through the store. */
    @Benchmark
    public ReconcileResult ours() {
        return checked(store.reconcile(live, Sweep.EVERY_KIND));
    }

    private ReconcileResult checked(ReconcileResult result) {
        if (!result.equals(new ReconcileResult(live.size(), rows - live.size()))) {
            throw new IllegalStateException("Wrong: " + result);
        }
        return result;
    }

    /** By plain SQL. */
    @Benchmark
    public int plainSql() throws SQLException {
        int deleted = plain.reconcile(ids, "2026-06-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00");
        if (deleted != rows - live.size()) {
            throw new IllegalStateException("Wrong: " + deleted);
        }
        return deleted;
    }

    /** How long registrations take that are made meanwhile, one after the other. In milliseconds. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Meanwhile {
        /** Half of them are faster. */
        public double p50;
        /** One in a hundred is slower. */
        public double p99;
        /** The slowest. */
        public double longest;
    }

    /** Through the store, while one caller registers. */
    @Benchmark
    public ReconcileResult oursWhileRegistering(Meanwhile meanwhile) throws InterruptedException {
        List<Long> nanos = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        Thread registering = new Thread(() -> {
            for (int i = 0; !over.get(); i++) {
                long start = System.nanoTime();
                store.grant("workflow", "new-" + i, "bob", GrantLevel.WRITE);
                nanos.add(System.nanoTime() - start);
            }
        });
        registering.start();
        ReconcileResult result = checked(store.reconcile(live, Sweep.EVERY_KIND));
        over.set(true);
        registering.join();
        Collections.sort(nanos);
        meanwhile.p50 = millis(nanos, 0.5);
        meanwhile.p99 = millis(nanos, 0.99);
        meanwhile.longest = millis(nanos, 1);
        return result;
    }

    private static double millis(List<Long> sorted, double share) {
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1) / 1e6;
    }
}
