package id.lum.traffic;

import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.lumilake.LumilakeHooks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Callers that never pause, each in a thread of its own. More than a third of the right answers are denials. */
public final class Traffic {
    /** A caller that takes longer to come back is lost. */
    private static final long PATIENCE_SECONDS = 60;

    private final HostHooks<?> hooks;
    private final AnswerChecker judge = new AnswerChecker();
    private final ExpectedGrants holdings = new ExpectedGrants();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Supplier<String> ids = ids();
    private final List<Thread> callers = new ArrayList<>();
    private final List<AtomicLong> roundsEnded = new ArrayList<>();
    private volatile boolean over;

    private Traffic(HostHooks<?> hooks) {
        this.hooks = hooks;
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
    public static Traffic start(HostHooks<?> hooks, CallScript script, int callers) {
        Traffic traffic = new Traffic(hooks);
        return traffic.start(callers, () -> new OwnerScenario(hooks, script, traffic.judge, traffic.ids));
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
    public static Traffic start(FlowmeshHooks hooks, LumidScript script, int callers) {
        return start(hooks, script, callers, new ExpectedState(""), false);
    }

    /**
     * The same, where the file of grants changes and lum.id goes and comes back.
     *
     * @param hooks the view they call
     * @param script whom they play
     * @param callers how many
     * @param world what the right answers follow
     * @param billed whether they emit usage, and expect that it is taken over, and that the balance guard keeps the
     *     reader out
     * @return the traffic, to be stopped by whoever started it
     */
    public static Traffic start(
            FlowmeshHooks hooks, LumidScript script, int callers, ExpectedState world, boolean billed) {
        Traffic traffic = new Traffic(hooks);
        FlowmeshExtras extras =
                new FlowmeshExtras(hooks, world, traffic.judge, traffic.ids, billed, traffic.acknowledged);
        return traffic.start(new LumidScenario.Host(hooks, world, "workflow", "task", extras), script, callers);
    }

    /**
     * Starts callers of Lumilake that know lum.id's policy, as those of FlowMesh do.
     *
     * @param hooks the view they call
     * @param script whom they play
     * @param callers how many
     * @param world what the right answers follow
     * @return the traffic, to be stopped by whoever started it
     */
    public static Traffic start(LumilakeHooks hooks, LumidScript script, int callers, ExpectedState world) {
        return new Traffic(hooks)
                .start(new LumidScenario.Host(hooks, world, "job", "artifact", principals -> {}), script, callers);
    }

    private Traffic start(LumidScenario.Host host, LumidScript script, int many) {
        return start(many, () -> new LumidScenario(host, script, judge, holdings, ids));
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
            AtomicLong ended = new AtomicLong();
            roundsEnded.add(ended);
            Thread caller = new Thread(() -> call(round, ended), "traffic-" + i);
            caller.setDaemon(true);
            callers.add(caller);
            caller.start();
        }
        return this;
    }

    private void call(Runnable round, AtomicLong ended) {
        while (!over) {
            round.run();
            ended.incrementAndGet();
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
     * Returns when every caller has begun and ended a round since: nobody waits for anything asked before.
     *
     * @throws IllegalStateException if one did not, within a minute
     */
    public void round() {
        // The round that a caller is in began before.
        List<Long> targets = roundsEnded.stream().map(ended -> ended.get() + 2).toList();
        await(
                () -> IntStream.range(0, targets.size())
                        .allMatch(i -> roundsEnded.get(i).get() >= targets.get(i)),
                "A caller stands still.");
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
     * What the callers registered and did not deregister: each of them must still be the owner's.
     *
     * @param file the file of grants that was in force
     * @return the ids
     */
    public Set<String> held(String file) {
        return holdings.surelyIn(file);
    }

    /**
     * Besides {@link #held}, what was registered or deregistered while the file was changing.
     *
     * @param file the file of grants
     * @return the ids of everything that the owner may hold there, and of nothing else
     */
    public Set<String> mayBeHeld(String file) {
        return holdings.possiblyIn(file);
    }

    /**
     * The usage that was taken over: each row must be billed.
     *
     * @return what was emitted as the cost, by task
     */
    public Map<String, String> acknowledged() {
        return Map.copyOf(acknowledged);
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
