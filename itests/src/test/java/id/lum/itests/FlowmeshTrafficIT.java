package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;

import id.lum.traffic.DenialRule;
import id.lum.traffic.LumidScript;
import id.lum.traffic.LumidScript.Account;
import id.lum.traffic.Report;
import id.lum.traffic.Traffic;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.Test;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** The FlowMesh adapter is replaced while callers that know lum.id's policy ask it; and those callers can tell. */
public class FlowmeshTrafficIT extends FlowmeshTestSupport {
    private static final int UPDATES = 10;
    private static final int CALLERS = 4;

    private static final Account OWNER = new Account("ann", "ann-token");
    private static final Account READER = new Account("ben", "ben-token");
    private static final Account ADMIN = new Account("root", "root-token");

    @Override
    protected Option also() {
        return composite(
                super.also(),
                bundle(Path.of(System.getProperty("lumid.traffic")).toUri().toString()));
    }

    @Test
    public void updatesOfTheAdapterUnderTrafficFailNoCallAndAnswerNoneWrongly() throws Exception {
        Bundle adapter = bundleNamed("id.lum.flowmesh");
        Traffic traffic = Traffic.start(hooks, new LumidScript(OWNER, READER, ADMIN), CALLERS);
        boolean noticed = false;
        for (int i = 0; i < UPDATES; i++) {
            noticed |= traffic.swap(() -> update(adapter));
        }
        Report report = traffic.stop();
        assertEquals(List.of(), report.trouble());
        assertEquals(0, report.failed() + report.wrong() + report.wrongAllows());
        assertTrue("The callers noticed an update", noticed);
        assertTrue("A third of the answers are denials", report.denials() * 3 >= report.calls());
        assertEquals(EnumSet.allOf(DenialRule.class), report.denialsByRule().keySet());
    }

    @Test
    public void callersThatMeetAnotherAnswerSaySo() throws Exception {
        // The proof that the test above can fail: whoever is played here is not whom the callers take him for.
        expectTrouble(new LumidScript(OWNER, ADMIN, ADMIN), "the reader reads -> 200, expected 403");
        expectTrouble(new LumidScript(OWNER, OWNER, ADMIN), "the reader creates -> 200, expected 403");
        expectTrouble(new LumidScript(READER, READER, ADMIN), "the owner creates -> 403, expected 200");
        expectTrouble(new LumidScript(OWNER, READER, new Account("ann", "root-token")), "ann is taken for root");
        lumid.issue("odd-token", "odd", "odd@example.com");
        expectTrouble(
                new LumidScript(OWNER, READER, new Account("odd", "odd-token")),
                "the admin administers -> 403, expected 200");
    }

    private void expectTrouble(LumidScript script, String trouble) {
        Traffic traffic = Traffic.start(hooks, script, 1);
        traffic.flow(60);
        Report report = traffic.stop();
        assertTrue(report.trouble().toString(), report.trouble().contains(trouble));
        assertTrue(report.wrong() > 0);
    }

    private static void update(Bundle bundle) {
        try {
            bundle.update();
        } catch (BundleException failure) {
            throw new AssertionError(failure);
        }
    }
}
