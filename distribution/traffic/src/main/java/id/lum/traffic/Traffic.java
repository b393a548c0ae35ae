package id.lum.traffic;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HostHooks;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Callers that never pause. Every round asks everything of a resource of its own, from its registration to its end;
 * more than a third of the right answers are denials.
 */
public final class Traffic {
    /** A caller that takes longer to come back is lost. */
    private static final long PATIENCE_SECONDS = 60;

    private static final int TROUBLE_KEPT = 20;
    private static final int ALLOWED = 200;
    private static final int THREW = -1;

    private final HostHooks<?> hooks;
    private final Script script;
    private final PrincipalContext stranger = new PrincipalContext("traffic-stranger", "", "", "user", List.of("user"));
    private final PrincipalContext scopeless = new PrincipalContext("traffic-scopeless", "", "", "user", List.of());

    private final List<Thread> callers = new ArrayList<>();
    private final AtomicLong resources = new AtomicLong();
    // Odd while a swap is under way.
    private final AtomicInteger swaps = new AtomicInteger();
    private final LongAdder calls = new LongAdder();
    private final LongAdder denials = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder wrongAllows = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    private final Queue<String> trouble = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    private Traffic(HostHooks<?> hooks, Script script) {
        this.hooks = hooks;
        this.script = script;
    }

    /**
     * Starts callers.
     *
     * @param hooks the view they call
     * @param script what they know of the plugin behind it
     * @param callers how many, each in a thread of its own
     * @return the traffic, to be stopped by whoever started it
     */
    public static Traffic start(HostHooks<?> hooks, Script script, int callers) {
        Traffic traffic = new Traffic(hooks, script);
        for (int i = 0; i < callers; i++) {
            Thread caller = new Thread(traffic::call, "traffic-" + i);
            caller.setDaemon(true);
            traffic.callers.add(caller);
            caller.start();
        }
        return traffic;
    }

    /**
     * Returns when so many more calls were made.
     *
     * @param more how many
     * @throws IllegalStateException if they were not, within a minute
     */
    public void flow(long more) {
        long target = calls.sum() + more;
        await(() -> calls.sum() >= target, "The traffic stands still.");
    }

    /**
     * Runs something that replaces a hook, in the middle of the traffic: only once every caller has made further calls,
     * and returns only when they have again.
     *
     * @param swap what replaces the hook
     * @return whether callers noticed: at least one waited or was asked again
     */
    public boolean swap(Runnable swap) {
        flow(callers.size() * 20L);
        long before = hooks.swaps().waited() + hooks.swaps().askedAgain();
        swaps.incrementAndGet();
        try {
            swap.run();
        } finally {
            swaps.incrementAndGet();
        }
        flow(callers.size() * 20L);
        return hooks.swaps().waited() + hooks.swaps().askedAgain() > before;
    }

    /**
     * Ends the traffic and returns when every caller has come back.
     *
     * @return what came of the calls
     */
    public Report stop() {
        over = true;
        for (Thread caller : callers) {
            try {
                caller.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            if (caller.isAlive()) {
                failed.increment();
                note(caller.getName() + " did not come back");
            }
        }
        return new Report(
                calls.sum(),
                denials.sum(),
                failed.sum(),
                wrong.sum(),
                wrongAllows.sum(),
                TimeUnit.NANOSECONDS.toMillis(longest.get()),
                List.copyOf(trouble));
    }

    private void call() {
        List<PrincipalContext> known = new ArrayList<>();
        while (!over) {
            known.clear();
            expect(ALLOWED, "the owner is authenticated", () -> known.add(hooks.authenticate(script.ownerToken())));
            expect(ALLOWED, "the admin is authenticated", () -> known.add(hooks.authenticate(script.adminToken())));
            expect(401, "a token nobody issued is authenticated", () -> hooks.authenticate("traffic-nobody"));
            expect(401, "an empty token is authenticated", () -> hooks.authenticate(""));
            if (known.size() == 2) {
                own(known.get(0), known.get(1));
            }
        }
    }

    private void own(PrincipalContext owner, PrincipalContext admin) {
        ResourceRef resource = ResourceRef.of(script.kind(), "traffic-" + resources.incrementAndGet());
        String id = resource.id().orElseThrow();
        expect(ALLOWED, "the owner submits", () -> hooks.checkSubmission(owner));
        int before = swaps.get();
        expect(ALLOWED, "the owner registers", () -> hooks.register(owner, resource));
        int reads = timed(() -> hooks.require(owner, resource, "read"));
        int lists = timed(
                () -> allowIf(hooks.accessibleIds(owner, script.kind(), "read").contains(id)));
        boolean mayBeForgotten = script.forgetsOwners() && (before % 2 != 0 || before != swaps.get());
        judge(ALLOWED, reads, mayBeForgotten, "the owner reads");
        judge(ALLOWED, lists, mayBeForgotten, "the owner lists");
        expect(403, "a stranger reads", () -> hooks.require(stranger, resource, "read"));
        expect(
                403,
                "a stranger lists",
                () -> allowIf(
                        hooks.accessibleIds(stranger, script.kind(), "read").contains(id)));
        expect(
                403,
                "somebody without a scope creates",
                () -> hooks.require(scopeless, ResourceRef.kindLevel(script.kind()), "write"));
        expect(ALLOWED, "the admin reads", () -> hooks.require(admin, resource, "read"));
        expect(ALLOWED, "the owner deregisters", () -> hooks.deregister(owner, resource));
        expect(403, "the owner reads what is gone", () -> hooks.require(owner, resource, "read"));
    }

    private static void allowIf(boolean allowed) {
        if (!allowed) {
            throw HookRejection.forbidden("Not listed.");
        }
    }

    private void expect(int expected, String what, Runnable question) {
        judge(expected, timed(question), false, what);
    }

    private int timed(Runnable question) {
        long start = System.nanoTime();
        try {
            question.run();
            return ALLOWED;
        } catch (HookRejection rejection) {
            return rejection.status();
        } catch (RuntimeException unexpected) {
            note(unexpected.toString());
            return THREW;
        } finally {
            longest.accumulate(System.nanoTime() - start);
            calls.increment();
        }
    }

    private void judge(int expected, int status, boolean mayBeForgotten, String what) {
        if (status == expected || (mayBeForgotten && status == 403)) {
            if (expected != ALLOWED) {
                denials.increment();
            }
            return;
        }
        note(what + " -> " + status + ", expected " + expected);
        if (status == 503 || status == THREW) {
            failed.increment();
        } else {
            wrong.increment();
            if (status == ALLOWED) {
                wrongAllows.increment();
            }
        }
    }

    private void note(String what) {
        if (trouble.size() < TROUBLE_KEPT) {
            trouble.add(what);
        }
    }

    private static void await(BooleanSupplier condition, String otherwise) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(otherwise);
            }
            LockSupport.parkNanos(200_000);
        }
    }
}
