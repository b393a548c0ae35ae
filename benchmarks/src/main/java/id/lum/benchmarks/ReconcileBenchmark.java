package id.lum.benchmarks;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.Sweep;
import id.lum.core.internal.grants.Authorization;
import id.lum.core.internal.grants.PolicyPermissionChecker;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.support.lifecycle.SwappableResource;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
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
 * SQL; and how long a registration and a permission check take meanwhile.
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

    /** Between two permission checks, so that they leave the processor to what is measured. */
    private static final long PAUSE_NANOS = 100_000;

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

    /** How long calls take that are made meanwhile, one after the other. In milliseconds. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Meanwhile {
        /** Half of the registrations are faster. */
        public double registerP50;
        /** One registration in a hundred is slower. */
        public double registerP99;
        /** One in a thousand; of fewer than a thousand the slowest. */
        public double registerP999;
        /** Half of the permission checks are faster. */
        public double requireP50;
        /** One permission check in a hundred is slower. */
        public double requireP99;
        /** One in a thousand; of fewer than a thousand the slowest. */
        public double requireP999;
    }

    /** Through the store, while one caller registers and another one asks whether grants allow what they do. */
    @Benchmark
    public ReconcileResult oursMeanwhile(Meanwhile meanwhile) throws InterruptedException {
        List<Long> registered = new ArrayList<>();
        List<Long> required = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        Thread registering = new Thread(() -> {
            for (int i = 0; !over.get(); i++) {
                long start = System.nanoTime();
                store.grant("workflow", "new-" + i, "bob", GrantLevel.WRITE);
                registered.add(System.nanoTime() - start);
            }
        });
        PolicyPermissionChecker checker = checker();
        Thread requiring = new Thread(() -> {
            Random random = new Random(2);
            while (!over.get()) {
                // A row that is listed, so that it is allowed before and after.
                int row = 1 + 100 * random.nextInt(rows / 100);
                long start = System.nanoTime();
                checker.require(principal(row), ResourceRef.of("workflow", PlainGrants.id(row)), "read");
                required.add(System.nanoTime() - start);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        });
        registering.start();
        requiring.start();
        ReconcileResult result = checked(store.reconcile(live, Sweep.EVERY_KIND));
        over.set(true);
        registering.join();
        requiring.join();
        meanwhile.registerP50 = Percentile.of(registered, 0.5) / 1e6;
        meanwhile.registerP99 = Percentile.of(registered, 0.99) / 1e6;
        meanwhile.registerP999 = Percentile.of(registered, 0.999) / 1e6;
        meanwhile.requireP50 = Percentile.of(required, 0.5) / 1e6;
        meanwhile.requireP99 = Percentile.of(required, 0.99) / 1e6;
        meanwhile.requireP999 = Percentile.of(required, 0.999) / 1e6;
        return result;
    }

    private PolicyPermissionChecker checker() {
        return new PolicyPermissionChecker(new SwappableResource<>(
                "grants", new Authorization(RequireBenchmark.engine(), store), Duration.ofSeconds(2)));
    }

    private static PrincipalContext principal(int row) {
        String name = PlainGrants.principal(row);
        return new PrincipalContext(name, "lumid", name, "user", List.of());
    }
}
