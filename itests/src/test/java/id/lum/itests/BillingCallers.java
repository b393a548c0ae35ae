package id.lum.itests;

import static org.junit.Assert.assertFalse;

import id.lum.fakes.FakeRunmesh;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.testing.Await;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Hosts that submit and emit all the time, and so need the bridge secret all the time. */
final class BillingCallers implements AutoCloseable {
    private static final int COUNT = 4;

    /** More undelivered rows than these would make a fault of delivery one of the disk as well. */
    private static final int UNDELIVERED_MOST = 2000;

    private final FlowmeshHooks hooks;
    private final FakeRunmesh runmesh;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    private BillingCallers(FlowmeshHooks hooks, FakeRunmesh runmesh) {
        this.hooks = hooks;
        this.runmesh = runmesh;
    }

    static BillingCallers start(FlowmeshHooks hooks, FakeRunmesh runmesh) {
        BillingCallers callers = new BillingCallers(hooks, runmesh);
        PrincipalContext ann = hooks.authenticate("ann-token");
        for (int i = 0; i < COUNT; i++) {
            String name = "call-" + System.nanoTime() + "-" + i + "-";
            callers.threads.add(new Thread(() -> callers.call(ann, name)));
        }
        callers.threads.forEach(Thread::start);
        return callers;
    }

    private void call(PrincipalContext ann, String name) {
        for (int i = 0; !over.get(); i++) {
            while (i % 100 == 0
                    && !over.get()
                    && acknowledged.size() - runmesh.ledger().amounts().size() > UNDELIVERED_MOST) {
                LockSupport.parkNanos(10_000_000);
            }
            String task = name + i;
            try {
                hooks.checkSubmission(ann);
                hooks.emit(List.of(row(task)));
                acknowledged.add(task);
            } catch (RuntimeException failure) {
                failures.add(task + ": " + failure);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static UsageRow row(String task) {
        return new UsageRow(
                "lumid", "ann", Optional.empty(), Instant.now(), new BigDecimal("0.01"), task, 61.9, 2.5, "DONE");
    }

    /** Returns when each of them has, on average, made five more calls, or one has failed. */
    void flow() throws Exception {
        int target = acknowledged.size() + 5 * COUNT;
        Await.until("calls go on", () -> acknowledged.size() >= target || !failures.isEmpty());
    }

    /** Returns once the last call has ended. */
    void end() {
        close();
        for (Thread thread : threads) {
            assertFalse(thread.isAlive());
        }
    }

    /** What went wrong, in words. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** The tasks whose usage was taken. */
    Set<String> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    /** Also when the test has failed: the next one begins without callers. */
    @Override
    public void close() {
        over.set(true);
        try {
            for (Thread thread : threads) {
                thread.join(Await.BOUND.toMillis());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
