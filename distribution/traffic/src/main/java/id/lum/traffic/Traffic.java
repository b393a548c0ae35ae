package id.lum.traffic;

import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.HostHooks;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Callers that never pause, each in a thread of its own. More than a third of the right answers are denials. */
public final class Traffic {
    /** A caller that takes longer to come back is lost. */
    private static final long PATIENCE_SECONDS = 60;

    private final HostHooks<?> hooks;
    private final Judge judge;
    private final List<Thread> callers = new ArrayList<>();
    private volatile boolean over;

    private Traffic(HostHooks<?> hooks, Judge judge) {
        this.hooks = hooks;
        this.judge = judge;
    }

    /**
     * Starts callers of any host. Every round asks everything of a resource of its own, from its registration to its
     * end.
     *
     * @param hooks the view they call
     * @param script what they know of the plugin behind it
     * @param callers how many
     * @return the traffic, to be stopped by whoever started it
     */
    public static Traffic start(HostHooks<?> hooks, Script script, int callers) {
        Judge judge = new Judge();
        Supplier<String> ids = ids();
        return new Traffic(hooks, judge).start(callers, () -> new OwnerRounds(hooks, script, judge, ids));
    }

    /**
     * Starts callers of FlowMesh that know lum.id's policy: which rule denies what, and that whatever was registered
     * stays its owner's.
     *
     * @param hooks the view they call
     * @param script whom they play
     * @param callers how many
     * @return the traffic, to be stopped by whoever started it
     */
    public static Traffic start(FlowmeshHooks hooks, FlowmeshScript script, int callers) {
        Judge judge = new Judge();
        Supplier<String> ids = ids();
        return new Traffic(hooks, judge).start(callers, () -> new FlowmeshRounds(hooks, script, judge, ids));
    }

    /** Grants outlive a traffic; the next one must not take them for its own. */
    private static Supplier<String> ids() {
        String run = UUID.randomUUID().toString();
        AtomicLong resources = new AtomicLong();
        return () -> "traffic-" + run + "-" + resources.incrementAndGet();
    }

    private Traffic start(int many, Supplier<Runnable> rounds) {
        for (int i = 0; i < many; i++) {
            Runnable round = rounds.get();
            Thread caller = new Thread(() -> call(round), "traffic-" + i);
            caller.setDaemon(true);
            callers.add(caller);
            caller.start();
        }
        return this;
    }

    private void call(Runnable round) {
        while (!over) {
            round.run();
        }
    }

    /**
     * Returns when so many more calls were made.
     *
     * @param more how many
     * @throws IllegalStateException if they were not, within a minute
     */
    public void flow(long more) {
        long target = judge.calls() + more;
        await(() -> judge.calls() >= target, "The traffic stands still.");
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
        judge.swapBeginsOrEnds();
        try {
            swap.run();
        } finally {
            judge.swapBeginsOrEnds();
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
                judge.failed(caller.getName() + " did not come back");
            }
        }
        return judge.report();
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
