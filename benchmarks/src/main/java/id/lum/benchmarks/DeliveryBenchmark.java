package id.lum.benchmarks;

import id.lum.fakes.FakeRunmesh;
import id.lum.flowmesh.internal.delivery.DeliveredOutbox;
import id.lum.flowmesh.internal.delivery.DeliveryPolicy;
import id.lum.flowmesh.internal.runmesh.EntryResponse;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.flowmesh.internal.runmesh.RunmeshEndpoint;
import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
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
 * How long an outbox takes until Runmesh has all of its rows and no row is left, beside a loop that sends the same rows
 * with the same HTTP client to the same fake and writes nothing down.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(2)
public class DeliveryBenchmark {
    private static final String SECRET = "the bridge secret";
    private static final String EMAIL = "somebody@example.com";
    private static final int SKEWED_PRINCIPALS = 50;

    /** Whose rows they are. */
    public enum Principals {
        /** Of fifty, the first of which has a fifth of the rows; the loop has eight connections and keeps no order. */
        SKEWED,
        /** All of one, which are sent one after the other; so does the loop. */
        ONE
    }

    @Param({"100", "10000"})
    private int rows;

    @Param
    private Principals principals;

    private final Clock clock = Clock.systemUTC();
    private RunmeshClient client;
    private FakeRunmesh runmesh;
    private TemporaryFolder folder;
    private DeliveredOutbox outbox;
    private Map<String, List<String>> tasks;
    private List<PendingRow> pending;
    private boolean ordered;

    /** Opens what both send with. */
    @Setup
    public void openClient() {
        client = new RunmeshClient(clock);
    }

    /** Closes it. */
    @TearDown
    public void closeClient() {
        client.close();
    }

    /** Fills an outbox that does not know Runmesh yet. */
    @Setup(Level.Invocation)
    public void fill() throws IOException {
        folder = new TemporaryFolder();
        runmesh = FakeRunmesh.start(SECRET);
        outbox = DeliveredOutbox.open(
                new StoreSettings(folder.file("outbox.sqlite"), JournalMode.WAL, "benchmark", StoreLimits.defaults()),
                client,
                principal -> Optional.of(EMAIL),
                clock,
                DeliveryPolicy.NONE_YET);
        tasks = new HashMap<>();
        pending = new ArrayList<>();
        Random random = new Random(14);
        List<UsageRow> emitted = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            UsageRow row = row(principal(random), "task-" + i);
            emitted.add(row);
            pending.add(pending(i, row));
            tasks.computeIfAbsent(row.principalId(), who -> new ArrayList<>()).add(row.taskId());
        }
        outbox.outbox().add(emitted, principal -> Optional.of(EMAIL), Long.MAX_VALUE);
    }

    /** The share of each falls with its rank. */
    private String principal(Random random) {
        double some = random.nextDouble();
        return principals == Principals.ONE
                ? "principal"
                : "principal-" + (int) (Math.pow(SKEWED_PRINCIPALS + 1.0, some) - 1);
    }

    private static UsageRow row(String principal, String task) {
        return new UsageRow(
                "lumid",
                principal,
                Optional.empty(),
                Instant.parse("2026-06-01T08:00:00Z"),
                new BigDecimal("0.1234"),
                task,
                12.5,
                0.3,
                "DONE");
    }

    private static PendingRow pending(long seq, UsageRow row) {
        return new PendingRow(
                seq,
                row.principalId(),
                Optional.of(EMAIL),
                row.taskId(),
                row.cost(),
                BigDecimal.valueOf(row.runtimeSec()),
                BigDecimal.valueOf(row.costPerHour()),
                row.taskStatus(),
                row.occurredAt(),
                0,
                Optional.empty(),
                0);
    }

    /** Runmesh has each row, once, and in order if that was kept. */
    @TearDown(Level.Invocation)
    public void check() throws IOException {
        outbox.close();
        folder.close();
        runmesh.close();
        if (runmesh.ledger().size() != rows || runmesh.ledger().attempts().size() != rows) {
            throw new IllegalStateException("Runmesh has " + runmesh.ledger().size() + " rows by "
                    + runmesh.ledger().attempts().size() + " attempts instead of " + rows);
        }
        Map<String, List<String>> delivered = new HashMap<>();
        runmesh.ledger()
                .entries()
                .forEach(entry -> delivered
                        .computeIfAbsent(entry.userSub(), who -> new ArrayList<>())
                        .add(entry.taskId()));
        if (ordered && !delivered.equals(tasks)) {
            throw new IllegalStateException("The rows of a principal came in another order.");
        }
        if (!runmesh.violations().isEmpty()) {
            throw new IllegalStateException(runmesh.violations().toString());
        }
    }

    private RunmeshEndpoint endpoint() {
        return new RunmeshEndpoint(runmesh.url(), SECRET);
    }

    /** The outbox learns of Runmesh, and delivers; the rows of each principal in their order. */
    @Benchmark
    public void deliver() {
        ordered = true;
        outbox.delivery().configure(new DeliveryPolicy(Optional.of(endpoint()), Duration.ofDays(30), 10));
        while (runmesh.ledger().size() < rows || !outbox.outbox().isEmpty()) {
            // Rarely: looking takes time from what is measured.
            LockSupport.parkNanos(rows * 1_000L);
        }
    }

    /** A loop on each of eight connections, or on one. */
    @Benchmark
    public void clientLoop() throws InterruptedException {
        ordered = principals == Principals.ONE;
        RunmeshEndpoint endpoint = endpoint();
        AtomicInteger next = new AtomicInteger();
        loops(() -> send(endpoint, next));
    }

    /** The same, but the next row of a principal is sent after the answer to the one before, as the outbox does. */
    @Benchmark
    public void clientLoopInOrder() throws InterruptedException {
        ordered = true;
        RunmeshEndpoint endpoint = endpoint();
        Map<String, Deque<PendingRow>> queues = new LinkedHashMap<>();
        pending.forEach(row -> queues.computeIfAbsent(row.principalId(), who -> new ArrayDeque<>())
                .add(row));
        BlockingQueue<Deque<PendingRow>> idle = new LinkedBlockingQueue<>(queues.values());
        AtomicInteger unsent = new AtomicInteger(rows);
        loops(() -> sendInOrder(endpoint, idle, unsent));
    }

    private void sendInOrder(RunmeshEndpoint endpoint, BlockingQueue<Deque<PendingRow>> idle, AtomicInteger unsent) {
        try {
            while (unsent.get() > 0) {
                Deque<PendingRow> queue = idle.poll(1, TimeUnit.MILLISECONDS);
                if (queue != null) {
                    send(endpoint, queue.remove());
                    unsent.decrementAndGet();
                    if (!queue.isEmpty()) {
                        idle.add(queue);
                    }
                }
            }
        } catch (InterruptedException noTime) {
            throw new IllegalStateException(noTime);
        }
    }

    private void loops(Runnable loop) throws InterruptedException {
        List<Thread> loops = new ArrayList<>();
        for (int i = 0; i < (principals == Principals.ONE ? 1 : 8); i++) {
            Thread thread = new Thread(loop);
            thread.start();
            loops.add(thread);
        }
        for (Thread thread : loops) {
            thread.join();
        }
    }

    private void send(RunmeshEndpoint endpoint, AtomicInteger next) {
        for (int i = next.getAndIncrement(); i < rows; i = next.getAndIncrement()) {
            send(endpoint, pending.get(i));
        }
    }

    private void send(RunmeshEndpoint endpoint, PendingRow row) {
        EntryResponse response = client.enter(endpoint, row, EMAIL).join();
        if (!(response instanceof EntryResponse.Accepted)) {
            throw new IllegalStateException(response.toString());
        }
    }
}
