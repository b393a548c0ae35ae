package id.lum.tour.internal;

import static id.lum.tour.internal.PlayedLumid.BOB;
import static id.lum.tour.internal.PlayedLumid.CAROL;
import static id.lum.tour.internal.PlayedLumid.DORA;

import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.SwapMetrics;
import id.lum.traffic.DenialRule;
import id.lum.traffic.Report;
import id.lum.traffic.Traffic;
import java.util.Arrays;
import java.util.EnumSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** The bundle that answers for FlowMesh is replaced, again and again, while it is being asked. */
final class SwapStory {
    private static final String ADAPTER = "id.lum.flowmesh";
    private static final int UPDATES = 5;
    private static final int CALLERS = 4;
    private static final int CALLS_BETWEEN = 1000;

    private final BundleContext bundles;
    private final FlowmeshHooks hooks;
    private final Narrator narrator;

    SwapStory(Stage stage) {
        this.bundles = stage.bundles();
        this.hooks = stage.flowmesh();
        this.narrator = stage.narrator();
    }

    void tell() {
        narrator.scene("The FlowMesh adapter is updated " + UPDATES + " times in the middle of traffic from " + CALLERS
                + " callers.");
        SwapMetrics before = hooks.swaps();
        Traffic traffic = Traffic.start(hooks, PlayedLumid.TRAFFIC, CALLERS);
        String updates = update(traffic);
        Report report = traffic.stop();
        SwapMetrics after = hooks.swaps();
        narrator.check("All updates went through", "yes", updates);
        narrator.say("Calls: " + report.calls() + ", rightly denied: " + report.denials() + "; waits for a hook: "
                + (after.waited() - before.waited())
                + "; hooks that left before they answered, and whose successor was asked: "
                + (after.askedAgain() - before.askedAgain()) + "; longest call: " + report.longestMillis() + " ms.");
        narrator.say("Denials by rule: " + report.denialsByRule());
        narrator.check("Calls that failed", "0", String.valueOf(report.failed()));
        narrator.check("Wrong answers", "0", String.valueOf(report.wrong()));
        report.trouble().forEach(narrator::say);
        narrator.check(
                "Every rule has denied",
                EnumSet.allOf(DenialRule.class).toString(),
                report.denialsByRule().keySet().toString());
        narrator.check(
                "Of three calls one or more were denied",
                "yes",
                report.denials() * 3 >= report.calls() ? "yes" : "no, " + report.denials());
        owned();
    }

    private void owned() {
        narrator.say("Grants lie on the disk, so everything is still whose it was:");
        Questions ask = new Questions(hooks);
        narrator.expect("bob reads wf-1", "200", () -> ask.reads(hooks.authenticate(BOB.token()), "wf-1"));
        narrator.expect("carol reads wf-1", "403", () -> ask.reads(hooks.authenticate(CAROL.token()), "wf-1"));
        narrator.expect("dora reads wf-1", "200", () -> ask.reads(hooks.authenticate(DORA.token()), "wf-1"));
    }

    private String update(Traffic traffic) {
        Bundle adapter = adapter();
        try {
            for (int i = 0; i < UPDATES; i++) {
                traffic.flow(CALLS_BETWEEN);
                traffic.swap(() -> update(adapter));
            }
            return "yes";
        } catch (IllegalStateException failure) {
            return "no: " + failure.getMessage();
        }
    }

    private static void update(Bundle adapter) {
        try {
            adapter.update();
        } catch (BundleException failure) {
            throw new IllegalStateException("the bundle could not be updated", failure);
        }
    }

    private Bundle adapter() {
        return Arrays.stream(bundles.getBundles())
                .filter(bundle -> ADAPTER.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("There is no bundle " + ADAPTER + "."));
    }
}
