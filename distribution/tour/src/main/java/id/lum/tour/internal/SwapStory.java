package id.lum.tour.internal;

import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import id.lum.hooks.host.SwapCounts;
import id.lum.traffic.Report;
import id.lum.traffic.Script;
import id.lum.traffic.Traffic;
import java.util.Arrays;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** The bundle that answers is replaced, again and again, while it is being asked. */
final class SwapStory {
    private static final int UPDATES = 5;
    private static final int CALLERS = 4;
    private static final Script DEMO =
            new Script(ResourceKind.WORKFLOW.word(), FlowmeshStory.USER_TOKEN, FlowmeshStory.ADMIN_TOKEN, true);

    private final BundleContext bundles;
    private final FlowmeshHooks hooks;
    private final Narrator narrator;

    SwapStory(BundleContext bundles, FlowmeshHooks hooks, Narrator narrator) {
        this.bundles = bundles;
        this.hooks = hooks;
        this.narrator = narrator;
    }

    void tell() {
        narrator.chapter("The demo bundle is updated " + UPDATES + " times in the middle of traffic from " + CALLERS
                + " callers.");
        SwapCounts before = hooks.swaps();
        Traffic traffic = Traffic.start(hooks, DEMO, CALLERS);
        String updates = update(traffic);
        Report report = traffic.stop();
        SwapCounts after = hooks.swaps();
        narrator.check("All updates went through", "yes", updates);
        narrator.say("Calls: " + report.calls() + ", rightly denied: " + report.denials() + "; waits for a hook: "
                + (after.waited() - before.waited())
                + "; hooks that left before they answered, and whose successor was asked: "
                + (after.askedAgain() - before.askedAgain()) + "; longest call: " + report.longestMillis() + " ms.");
        narrator.check("Calls that failed", "0", String.valueOf(report.failed()));
        narrator.check("Wrong answers", "0", String.valueOf(report.wrong()));
        report.trouble().forEach(narrator::say);
        narrator.say(
                "The demo keeps owners in memory, so it has forgotten that wf-1 is bob's, and must not allow what it does "
                        + "not know:");
        narrator.expect(
                "bob reads wf-1",
                "403",
                () -> String.valueOf(Answers.status(() -> hooks.require(
                        hooks.authenticate(FlowmeshStory.USER_TOKEN),
                        ResourceKind.WORKFLOW,
                        "wf-1",
                        ResourceAction.READ))));
    }

    private String update(Traffic traffic) {
        Bundle demo = demo();
        try {
            for (int i = 0; i < UPDATES; i++) {
                traffic.swap(() -> update(demo));
            }
            return "yes";
        } catch (IllegalStateException failure) {
            return "no: " + failure.getMessage();
        }
    }

    private static void update(Bundle demo) {
        try {
            demo.update();
        } catch (BundleException failure) {
            throw new IllegalStateException("the bundle could not be updated", failure);
        }
    }

    private Bundle demo() {
        return Arrays.stream(bundles.getBundles())
                .filter(bundle -> "id.lum.demo".equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("There is no bundle id.lum.demo."));
    }
}
