package id.lum.itests;

import static org.junit.Assert.assertEquals;

import id.lum.hooks.tokenstore.TokenStore;
import java.util.Hashtable;
import java.util.Map;
import org.junit.Test;
import org.osgi.framework.ServiceRegistration;

/**
 * A store that answers at once: the value is there before Declarative Services has finished with the configuration that
 * refers to it. What is delivered again then must not be taken for old: see {@link QuickChangesIT}.
 */
public class QuickReferencesIT extends FlowmeshTestSupport {
    private static final int CHANGES = 150;
    private static final String TOKENS = "id.lum.tokenstore";

    @Test
    public void everyReferenceIsResolvedHoweverQuickItsStoreIs() throws Exception {
        ServiceRegistration<?> quick = container.registerService(
                TokenStore.class,
                (TokenStore) (path, metadata) -> "of-" + path,
                new Hashtable<>(Map.of(TokenStore.PREFIX, "QUICK")));
        try {
            set(TOKENS, Map.of("allow", CORE + " QUICK *"));
            long start = System.nanoTime();
            for (int i = 0; i < CHANGES; i++) {
                String value = "of-org-" + i;
                set(CORE, core(Map.of("org.id", "QUICK://org-" + i)));
                Await.until(
                        value + " is in use",
                        () -> hooks.authenticate("ann-token").orgId().equals(value));
            }
            System.out.printf(
                    "quick references: %d, %d ms each%n", CHANGES, (System.nanoTime() - start) / 1_000_000 / CHANGES);
            assertEquals(
                    "QUICK://org-" + (CHANGES - 1),
                    configurations.getConfiguration(CORE, "?").getProperties().get("org.id"));
        } finally {
            quick.unregister();
            set(TOKENS, Map.of("allow", ""));
        }
    }
}
