package id.lum.tour.internal;

import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import id.lum.hooks.host.SwapCounts;
import java.util.Arrays;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** The bundle that answers is replaced, again and again, while it is being asked. */
final class SwapStory {
    private static final int UPDATES = 5;

    private final BundleContext bundles;
    private final FlowmeshHooks hooks;
    private final Narrator narrator;

    SwapStory(BundleContext bundles, FlowmeshHooks hooks, Narrator narrator) {
        this.bundles = bundles;
        this.hooks = hooks;
        this.narrator = narrator;
    }

    void tell() {
        narrator.chapter("The demo bundle is updated " + UPDATES + " times in the middle of traffic from "
                + Traffic.THREADS + " threads.");
        SwapCounts before = hooks.swaps();
        Traffic traffic = new Traffic(hooks);
        String updates = "done";
        traffic.start();
        try {
            Bundle demo = demo();
            for (int i = 0; i < UPDATES; i++) {
                traffic.flowFor(500);
                traffic.aroundSwap(demo::update);
            }
            traffic.flowFor(500);
        } catch (BundleException failure) {
            updates = failure.getMessage();
        }
        Traffic.Report report = traffic.stop();
        SwapCounts after = hooks.swaps();
        narrator.check("The updates", "done", updates);
        narrator.say(report.calls() + " calls were made, " + report.denials() + " of them rightly denied; "
                + (after.waited() - before.waited()) + " waited for a hook, the longest " + report.longestMillis()
                + " ms, and " + (after.askedAgain() - before.askedAgain())
                + " asked again because the hook had left before it answered.");
        narrator.check("Calls that failed", "0", String.valueOf(report.failed()));
        narrator.check("Wrong answers", "0", String.valueOf(report.wrong()));
        report.firstTrouble().ifPresent(narrator::say);
        narrator.say(
                "The demo keeps owners in memory, so it has forgotten that wf-1 is bob's. It must not allow what it "
                        + "does not know:");
        narrator.expect(
                "bob reads wf-1",
                "403",
                () -> String.valueOf(Answers.status(() -> hooks.require(
                        hooks.authenticate(FlowmeshStory.USER_TOKEN),
                        ResourceKind.WORKFLOW,
                        "wf-1",
                        ResourceAction.READ))));
    }

    private Bundle demo() {
        return Arrays.stream(bundles.getBundles())
                .filter(bundle -> "id.lum.demo".equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("There is no bundle id.lum.demo."));
    }
}
