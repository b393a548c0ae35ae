package id.lum.itests;

import java.util.Map;
import org.junit.Test;

/**
 * Two changes of a configuration within milliseconds, as a program may make them; files are read once a second.
 *
 * <p>A component that Declarative Services (Felix SCR 2.2.18) configures misses the second of about one pair in a
 * hundred, until the next change.
 */
public class QuickChangesIT extends FlowmeshTestSupport {
    private static final int PAIRS = 150;

    @Test
    public void theLastOfTwoQuickChangesCounts() throws Exception {
        for (int i = 0; i < PAIRS; i++) {
            String last = "last-" + i;
            set(CORE, core(Map.of("org.id", "first-" + i)));
            set(CORE, core(Map.of("org.id", last)));
            Await.until("the last one counts", () -> counts(last));
        }
    }

    private boolean counts(String organisation) {
        return hooks.authenticate("ann-token").orgId().equals(organisation);
    }
}
