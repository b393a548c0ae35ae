package id.lum.benchmarks;

import id.lum.core.grants.GrantLevel;
import id.lum.core.internal.grants.SqliteGrantStore;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one durable registration costs, per row, beside a bare commit of the same row and beside a hundred rows in one
 * commit. All of them wait for the same disk. With a hundred callers, throughput is what compares: the time of a row is
 * one by the throughput.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(2)
public class RegisterBenchmark {
    private static final int GROUP = 100;

    private final AtomicLong next = new AtomicLong();
    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    private GrantFiles files;
    private SqliteGrantStore store;
    private PlainGrants plain;

    /** Opens a store and a plain database, and checks that both keep what they are given. */
    @Setup
    public void open() throws IOException, SQLException {
        files = new GrantFiles();
        store = files.open("store");
        plain = new PlainGrants(files.path("plain"));
        store.grant("workflow", "first", "bob", GrantLevel.WRITE);
        plain.add("first");
        if (!store.level("workflow", "first", "bob").equals(Optional.of(GrantLevel.WRITE))
                || plain.level("first", "bob") != 2
                || !store.synchronous().equals("FULL")) {
            throw new IllegalStateException("What was written is not there.");
        }
    }

    /** Closes both. */
    @TearDown
    public void close() throws IOException, SQLException {
        writer.shutdown();
        store.close();
        plain.close();
        files.close();
    }

    private String nextId() {
        return "wf-" + next.incrementAndGet();
    }

    /** One caller. */
    @Benchmark
    public void ours() {
        store.grant("workflow", nextId(), "bob", GrantLevel.WRITE);
    }

    /** A hundred callers, who share commits. */
    @Benchmark
    @Threads(GROUP)
    public void oursHundredCallers() {
        store.grant("workflow", nextId(), "bob", GrantLevel.WRITE);
    }

    /** A row that is its own commit. */
    @Benchmark
    public void bareCommit() throws SQLException {
        plain.add(nextId());
    }

    /** The same, by a thread of its own: what it costs that one thread writes for all callers. */
    @Benchmark
    public void bareCommitByAnotherThread() throws ExecutionException, InterruptedException {
        String id = nextId();
        writer.submit(() -> {
                    plain.add(id);
                    return id;
                })
                .get();
    }

    /** A hundred rows in one commit. */
    @Benchmark
    @OperationsPerInvocation(GROUP)
    public void bareCommitOfHundred() throws SQLException {
        List<String> ids = Stream.generate(this::nextId).limit(GROUP).toList();
        plain.addAll(ids);
    }
}
