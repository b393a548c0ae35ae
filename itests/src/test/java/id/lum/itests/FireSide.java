package id.lum.itests;

import static java.util.stream.Collectors.toSet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import id.lum.hooks.host.HostHooks;
import id.lum.hooks.host.SwapMetrics;
import id.lum.traffic.DenialRule;
import id.lum.traffic.ExpectedState;
import id.lum.traffic.Report;
import id.lum.traffic.Traffic;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One of the two hosts under fire: its callers, and where its grants are. */
final class FireSide {
    private static final int CALLERS = 4;

    private final FireSite site;
    private final HostHooks<?> hooks;
    private final ExpectedState world;
    private final Traffic traffic;
    private final SwapMetrics before;
    private String file = "first";

    private FireSide(FireSite site, HostHooks<?> hooks, ExpectedState world, Traffic traffic) {
        this.site = site;
        this.hooks = hooks;
        this.world = world;
        this.traffic = traffic;
        this.before = hooks.swaps();
    }

    static FireSide flowmesh(FireSite site) {
        ExpectedState world = new ExpectedState("first");
        return new FireSide(
                site, site.flowmesh(), world, Traffic.start(site.flowmesh(), FireSite.SCRIPT, CALLERS, world, true));
    }

    static FireSide lumilake(FireSite site) {
        ExpectedState world = new ExpectedState("first");
        return new FireSide(
                site, site.lumilake(), world, Traffic.start(site.lumilake(), FireSite.SCRIPT, CALLERS, world));
    }

    ExpectedState world() {
        return world;
    }

    Traffic traffic() {
        return traffic;
    }

    /** To the other file of grants, whose grants decide from then on. */
    void move() {
        moveTo(FireSite.other(file));
    }

    void moveTo(String next) {
        world.moves(next, () -> {
            site.move(hooks, next);
            traffic.round();
        });
        file = next;
    }

    /** To be called without traffic. */
    void assertEverythingIsWhereItWasRegistered(Set<String> beforehand) throws Exception {
        for (String each : List.of("second", "first")) {
            site.move(hooks, each);
            Set<String> held =
                    hooks
                            .accessibleIds(FireSite.owner(hooks), FireSite.kind(hooks), "read")
                            .ids()
                            .orElseThrow()
                            .stream()
                            .filter(id -> id.startsWith("traffic-") && !beforehand.contains(id))
                            .collect(toSet());
            assertEquals(hooks.host() + ": lost from " + each, Set.of(), without(traffic.held(each), held));
            assertEquals(hooks.host() + ": too much in " + each, Set.of(), without(held, traffic.mayBeHeld(each)));
        }
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
        return some.stream().filter(one -> !others.contains(one)).collect(toSet());
    }

    /** Says what came of the calls, and fails if it is not as it should be. */
    void assertNobodyNoticed(Report report) {
        SwapMetrics after = hooks.swaps();
        System.out.printf(
                "  %s: calls %d, rightly denied %d, rightly 503 %d; failed %d, wrong %d, wrongly allowed %d; waited %d, "
                        + "asked again %d, given up %d; longest %d ms, p99 %d us with swaps and %d us without; by rule %s%n",
                hooks.host(),
                report.calls(),
                report.denials(),
                report.away(),
                report.failed(),
                report.wrong(),
                report.wrongAllows(),
                after.waited() - before.waited(),
                after.askedAgain() - before.askedAgain(),
                after.gaveUp() - before.gaveUp(),
                report.longestMillis(),
                report.swappedMicros(),
                report.undisturbedMicros(),
                report.denialsByRule());
        assertEquals(List.of(), report.trouble());
        assertEquals(0, report.failed());
        assertEquals(0, report.wrong());
        assertEquals(0, report.wrongAllows());
        assertTrue("A third of the answers are denials", report.denials() * 3 >= report.calls());
        assertEquals(EnumSet.allOf(DenialRule.class), report.denialsByRule().keySet());
    }
}
