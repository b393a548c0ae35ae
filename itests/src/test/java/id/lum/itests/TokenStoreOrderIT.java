package id.lum.itests;

import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import id.lum.testing.Await;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.Test;
import org.ops4j.pax.exam.Option;
import org.osgi.service.cm.Configuration;

/**
 * Whatever comes first, the reference is resolved once all is there: the token stores and the adapter, the settings of
 * either, Declarative Services, and the directory with the secret.
 */
public class TokenStoreOrderIT extends ReferenceTestSupport {
    private static final String ORDERS = "lumid.orders";
    private static final String SEED = "lumid.seed";

    /** What can come first or last. */
    private interface Step {
        void take() throws Exception;
    }

    @Override
    protected Option also() {
        return composite(
                super.also(),
                systemProperty(ORDERS).value(System.getProperty(ORDERS, "30")),
                systemProperty(SEED).value(System.getProperty(SEED, String.valueOf(System.nanoTime()))));
    }

    @Test
    public void inWhateverOrderThingsComeTheReferenceIsResolvedInTheEnd() throws Exception {
        Map<String, Step> steps = new LinkedHashMap<>();
        steps.put("the token stores", () -> bundleNamed(TOKENS).start());
        steps.put("the adapter", () -> bundleNamed(FLOWMESH).start());
        steps.put("their settings", () -> tokens(Map.of()));
        steps.put("its settings", () -> bill(Map.of()));
        steps.put(
                "declarative services",
                () -> bundleNamed("org.apache.felix.scr").start());
        steps.put("the secret", () -> {
            Files.createDirectory(secrets);
            put("runmesh-bridge", SECRET);
        });
        System.out.printf("orders of start: %d, seed %d%n", Integer.getInteger(ORDERS), Long.getLong(SEED));
        List<String> names = new ArrayList<>(steps.keySet());
        Random random = new Random(Long.getLong(SEED));
        for (int i = 0; i < Integer.getInteger(ORDERS); i++) {
            // The first two are each other's opposite.
            if (i == 1) {
                Collections.reverse(names);
            } else if (i > 1) {
                Collections.shuffle(names, random);
            }
            takeAllAway();
            for (String name : names) {
                steps.get(name).take();
            }
            hooks = flowmeshHooks();
            try {
                awaitBillingHooks("usage");
                Await.until("tokens are introspected", () -> status(() -> hooks.authenticate("ann-token")) == 200);
                assertBilled("order-" + i);
            } catch (AssertionError vain) {
                throw new AssertionError("in the order " + names + ", seed " + Long.getLong(SEED), vain);
            }
        }
    }

    private void takeAllAway() throws Exception {
        for (String name : List.of(TOKENS, FLOWMESH, "org.apache.felix.scr")) {
            bundleNamed(name).stop();
        }
        for (String pid : List.of(TOKENS, FLOWMESH)) {
            Configuration[] found = configurations.listConfigurations("(service.pid=" + pid + ")");
            if (found != null) {
                found[0].delete();
            }
        }
        ShippedFolder.delete(secrets);
    }
}
