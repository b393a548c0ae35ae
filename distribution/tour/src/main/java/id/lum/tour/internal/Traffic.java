package id.lum.tour.internal;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.BundleException;

/**
 * Callers that never pause and know the right answer to every question they ask. Each caller has resources of its own.
 */
final class Traffic {
    static final int THREADS = 4;

    private static final String WORKFLOW = ResourceKind.WORKFLOW.word();

    private final FlowmeshHooks hooks;
    private final List<Thread> threads = new ArrayList<>();
    // Odd while a swap is under way.
    private final AtomicInteger swaps = new AtomicInteger();
    private final AtomicLong resources = new AtomicLong();
    private final LongAdder calls = new LongAdder();
    private final LongAdder denials = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    private final ConcurrentLinkedQueue<String> trouble = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    record Report(
            long calls, long denials, long failed, long wrong, long longestMillis, Optional<String> firstTrouble) {}

    /** Something that replaces a bundle. */
    interface Swap {
        void run() throws BundleException;
    }

    Traffic(FlowmeshHooks hooks) {
        this.hooks = hooks;
    }

    void start() {
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(this::run, "tour-traffic-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    /** Lets so many more calls pass. */
    void flowFor(long more) {
        long target = calls.sum() + more;
        while (calls.sum() < target && threads.stream().anyMatch(Thread::isAlive)) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    void aroundSwap(Swap swap) throws BundleException {
        swaps.incrementAndGet();
        try {
            swap.run();
        } finally {
            swaps.incrementAndGet();
        }
    }

    Report stop() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join(10_000);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                failed.increment();
                trouble.add(thread.getName() + " did not come back.");
            }
        }
        return new Report(
                calls.sum(),
                denials.sum(),
                failed.sum(),
                wrong.sum(),
                longest.get() / 1_000_000,
                Optional.ofNullable(trouble.peek()));
    }

    private void run() {
        while (!over) {
            authenticate("bob", FlowmeshStory.USER_TOKEN);
            authenticate("alice", FlowmeshStory.ADMIN_TOKEN);
            expect(401, "nonsense is authenticated", () -> hooks.authenticate("nonsense"));
            own();
        }
    }

    private void authenticate(String name, String token) {
        expect(200, name + " is authenticated", () -> {
            if (!hooks.authenticate(token).principalId().equals(name)) {
                throw new IllegalStateException(name + "'s token belongs to somebody else");
            }
        });
    }

    private void own() {
        PrincipalContext bob = new PrincipalContext("bob", "demo", "", "user", List.of("user"));
        String id = "wf-traffic-" + resources.incrementAndGet();
        int before = swaps.get();
        expect(200, "bob registers", () -> hooks.register(bob, ResourceRef.of(WORKFLOW, id)));
        int owner = timed(() -> hooks.require(bob, ResourceKind.WORKFLOW, id, ResourceAction.READ));
        // A swap in between makes the demo forget the owner; without one the owner is known.
        boolean undisturbed = before == swaps.get() && before % 2 == 0;
        judge(owner == 200 || (owner == 403 && !undisturbed), owner, "bob reads his own");
        expect(
                403,
                "carol reads bob's",
                () -> hooks.require(FlowmeshStory.CAROL, ResourceKind.WORKFLOW, id, ResourceAction.READ));
        expect(200, "bob deregisters", () -> hooks.deregister(bob, ResourceRef.of(WORKFLOW, id)));
        expect(403, "bob reads what is gone", () -> hooks.require(bob, ResourceKind.WORKFLOW, id, ResourceAction.READ));
    }

    private void expect(int expected, String what, Runnable question) {
        int status = timed(question);
        judge(status == expected, status, what);
    }

    private int timed(Runnable question) {
        long start = System.nanoTime();
        try {
            return Answers.status(question);
        } catch (RuntimeException unexpected) {
            return -1;
        } finally {
            calls.increment();
            longest.accumulate(System.nanoTime() - start);
        }
    }

    private void judge(boolean right, int status, String what) {
        if (right) {
            if (status != 200) {
                denials.increment();
            }
        } else {
            (status == 503 || status == -1 ? failed : wrong).increment();
            trouble.add(what + " -> " + status);
        }
    }
}
