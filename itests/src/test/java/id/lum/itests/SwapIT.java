package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;

import id.lum.hooks.host.HostHooks;
import id.lum.hooks.host.SwapMetrics;
import id.lum.traffic.CallScript;
import id.lum.traffic.Report;
import id.lum.traffic.Traffic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.Test;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** The bundle that answers is replaced while it is being asked, and nobody notices but by the time it took. */
public class SwapIT extends HookTestSupport {
    private static final int UPDATES = 20;
    private static final int CALLERS = 4;
    /** Of a swap that no call met there is nothing to learn; it is made again, so many times at most. */
    private static final int ATTEMPTS = 10 * UPDATES;

    private static final CallScript DEMO = new CallScript("workflow", "demo-user-token", "demo-admin-token", true);

    @Override
    protected Option also() {
        return bundle(Path.of(System.getProperty("lumid.traffic")).toUri().toString());
    }

    @Override
    protected ShippedFolder shipped(ShippedFolder folder) {
        return folder.demo();
    }

    @Test
    public void twentyUpdatesUnderTrafficFailNoCallAndAnswerNoneWrongly() throws Exception {
        HostHooks<?> hooks = hooksOf("flowmesh");
        hooks.authenticate("demo-user-token");
        Bundle demo = bundleNamed("id.lum.demo");
        Traffic traffic = Traffic.start(hooks, DEMO, CALLERS);
        int noticed = 0;
        int made = 0;
        while (noticed < UPDATES && made < ATTEMPTS) {
            made++;
            noticed += traffic.swap(() -> update(demo)) ? 1 : 0;
        }
        Report report = traffic.stop();
        SwapMetrics swaps = hooks.swaps();
        System.out.printf(
                "demo updates: %d, of which %d with callers that waited or were asked again; calls: %d, rightly denied: %d, "
                        + "failed: %d, wrong: %d, wrongly allowed: %d; waits: %d, asked again: %d; longest call: %d ms%n",
                made,
                noticed,
                report.calls(),
                report.denials(),
                report.failed(),
                report.wrong(),
                report.wrongAllows(),
                swaps.waited(),
                swaps.askedAgain(),
                report.longestMillis());
        assertEquals(UPDATES, noticed);
        assertEquals(List.of(), report.trouble());
        assertEquals(0, report.failed());
        assertEquals(0, report.wrong());
        assertEquals(0, report.wrongAllows());
        assertTrue("A third of the answers are denials", report.denials() * 3 >= report.calls());
    }

    @Test
    public void changedSettingsUnderTrafficFailNoCallAndAnswerNoneWrongly() throws Exception {
        HostHooks<?> hooks = hooksOf("flowmesh");
        hooks.authenticate("demo-user-token");
        Traffic traffic =
                Traffic.start(hooks, new CallScript("workflow", "demo-user-token", "demo-admin-token", false), CALLERS);
        for (int i = 0; i < UPDATES; i++) {
            configure("id.lum.demo", Map.of("blocked.principals", "nobody-" + i));
            configure("id.lum.hooks.host~flowmesh", Map.of("grace.ms", String.valueOf(20000 + i)));
            traffic.flow(CALLERS * 20);
            configure("id.lum.demo", Map.of("tokens.file", "$[env:LUMID_NOT_SET]"));
            configure("id.lum.hooks.host~flowmesh", Map.of("required", "nonsense"));
            traffic.flow(CALLERS * 20);
            putBackConfigurations();
        }
        Report report = traffic.stop();
        assertEquals(List.of(), report.trouble());
        assertEquals(0, report.failed() + report.wrong() + report.wrongAllows());
    }

    @Test
    public void aTrafficThatMeetsAWrongAnswerSaysSo() throws Exception {
        // The proof that the two tests above can fail: these callers do not know that their owner may do everything.
        Traffic traffic = Traffic.start(
                hooksOf("flowmesh"), new CallScript("workflow", "demo-admin-token", "demo-admin-token", true), 1);
        traffic.flow(100);
        Report report = traffic.stop();
        assertTrue(report.wrongAllows() > 0);
        assertTrue(
                report.trouble().get(0),
                report.trouble().contains("the owner reads what is gone -> 200, expected 403"));
    }

    private static void update(Bundle bundle) {
        try {
            bundle.update();
        } catch (BundleException failure) {
            throw new AssertionError(failure);
        }
    }
}
