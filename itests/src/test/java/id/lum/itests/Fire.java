package id.lum.itests;

import static org.junit.Assert.assertEquals;

import id.lum.testing.Await;
import id.lum.traffic.Report;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that may be swapped is, in an order that a seed decides, while eight callers ask both hosts by every rule.
 * A swap counts if at least one of them waited for a hook or was asked again.
 */
final class Fire {
    /** A swap that no caller noticed is followed by another one, so many times at most for each that is wanted. */
    private static final int ATTEMPTS_EACH = 4;

    private static final Duration BILLING = Duration.ofSeconds(300);

    private final FireSite site;
    private final FireSide flowmesh;
    private final FireSide lumilake;
    private final ReplacedClasses replaced = new ReplacedClasses();
    private final Random order;
    private final FireEvents events;
    private final Map<FireEvent, Integer> made = new EnumMap<>(FireEvent.class);
    private final Map<FireEvent, Integer> noticed = new EnumMap<>(FireEvent.class);

    private Fire(FireSite site, long seed) {
        this.site = site;
        this.flowmesh = FireSide.flowmesh(site);
        this.lumilake = FireSide.lumilake(site);
        this.order = new Random(seed);
        this.events = new FireEvents(site, flowmesh, lumilake, replaced, new Random(seed));
    }

    /**
     * Runs it, and fails if anything is not as it should be.
     *
     * @param swaps how many that callers noticed
     * @param seed of the order
     */
    static void run(FireSite site, int swaps, long seed) throws Exception {
        System.out.printf("swaps under fire: lumid.swaps = %d, lumid.seed = %d%n", swaps, seed);
        // So that every pool there is has its threads.
        Fire warm = new Fire(site, seed);
        warm.flow(1000);
        warm.flowmesh.traffic().stop();
        warm.lumilake.traffic().stop();
        ThreadCensus threads = ThreadCensus.now();

        Fire fire = new Fire(site, seed);
        long start = System.nanoTime();
        fire.burn(swaps);
        fire.flow(1000);
        Report ofFlowmesh = fire.flowmesh.traffic().stop();
        Report ofLumilake = fire.lumilake.traffic().stop();
        System.out.printf(
                "  %d swaps noticed in %d s; made %s, noticed %s%n",
                sum(fire.noticed), Duration.ofNanos(System.nanoTime() - start).toSeconds(), fire.made, fire.noticed);
        fire.flowmesh.assertNobodyNoticed(ofFlowmesh);
        fire.lumilake.assertNobodyNoticed(ofLumilake);
        assertEquals(swaps, sum(fire.noticed));
        fire.flowmesh.assertEverythingIsWhereItWasRegistered(
                warm.flowmesh.traffic().mayBeHeld("first"));
        fire.lumilake.assertEverythingIsWhereItWasRegistered(
                warm.lumilake.traffic().mayBeHeld("first"));
        fire.assertEveryRowIsBilled();
        fire.replaced.awaitGone();
        System.out.printf("  the classes of %d replaced bundles are gone%n", fire.replaced.count());
        threads.awaitNoMore();
    }

    private void burn(int swaps) {
        Deque<FireEvent> next = new ArrayDeque<>();
        while (sum(noticed) < swaps && sum(made) < swaps * ATTEMPTS_EACH) {
            if (next.isEmpty()) {
                next.addAll(FireEvent.shuffled(order));
            }
            FireEvent event = next.remove();
            made.merge(event, 1, Integer::sum);
            if (swap(() -> events.happens(event))) {
                noticed.merge(event, 1, Integer::sum);
            }
        }
    }

    private boolean swap(Runnable event) {
        boolean[] inner = {false};
        boolean outer =
                flowmesh.traffic().swap(() -> inner[0] = lumilake.traffic().swap(event));
        return outer || inner[0];
    }

    private void flow(long calls) {
        flowmesh.traffic().flow(calls);
        lumilake.traffic().flow(calls);
    }

    private void assertEveryRowIsBilled() throws Exception {
        Map<String, String> acknowledged = flowmesh.traffic().acknowledged();
        Await.until("every row is billed", BILLING, () -> lost(acknowledged).isEmpty());
        System.out.printf(
                "  usage rows taken over %d, lost %d%n",
                acknowledged.size(), lost(acknowledged).size());
        assertEquals(List.of(), site.runmesh().ledger().conflicts());
        assertEquals(List.of(), site.runmesh().violations());
    }

    /** Those that are not in the ledger with what they cost. */
    private Set<String> lost(Map<String, String> acknowledged) {
        Map<String, String> billed = site.runmesh().ledger().amounts();
        return acknowledged.entrySet().stream()
                .filter(row -> !row.getValue().equals(billed.get(row.getKey())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static int sum(Map<FireEvent, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
