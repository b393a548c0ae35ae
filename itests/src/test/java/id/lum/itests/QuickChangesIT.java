package id.lum.itests;

import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.HostHooks;
import id.lum.testing.Await;
import java.util.Hashtable;
import java.util.Map;
import org.junit.Test;
import org.osgi.service.cm.Configuration;

/**
 * Two changes of a configuration within milliseconds, as a program may make them; files are read once a second.
 *
 * <p>A component that Declarative Services (Felix SCR 2.2.18) configures misses the second of about one pair in a
 * hundred, until the next change.
 */
public class QuickChangesIT extends FlowmeshTestSupport {
    private static final int PAIRS = 150;
    private static final int PAIRS_OF_A_VIEW = 200;

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

    @Test
    public void theLastOfTwoQuickChangesOfAViewCounts() throws Exception {
        Configuration acme = configurations.getFactoryConfiguration("id.lum.hooks.host", "acme", "?");
        try {
            require(acme, "none");
            HostHooks<?> view = hooksOf("acme");
            for (int i = 0; i < PAIRS_OF_A_VIEW; i++) {
                String last = "last-" + i;
                require(acme, "first-" + i);
                require(acme, last);
                Await.until(
                        "the view requires " + last,
                        () -> view.hooks().stream().map(HookStatus::name).anyMatch(last::equals));
            }
        } finally {
            acme.delete();
        }
        Await.until("the view for acme has gone", () -> !hasViewFor("acme"));
    }

    private static void require(Configuration view, String guard) throws Exception {
        view.update(new Hashtable<>(Map.of("host", "acme", "required", "guard:" + guard)));
    }
}
