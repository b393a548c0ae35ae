package id.lum.itests;

import static org.junit.Assert.assertEquals;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.testing.Await;
import java.io.IOException;
import java.util.Hashtable;
import java.util.Map;
import org.junit.Test;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;

/**
 * A store that answers at once: the value is there before Declarative Services has finished with the configuration that
 * refers to it. What is delivered again then must not be taken for old: see {@link QuickChangesIT}.
 */
public class QuickReferencesIT extends HookTestSupport {
    private static final String TOKENS = "id.lum.tokenstore";
    private static final String VIEW = "id.lum.hooks.host";

    private static final int CONFIGURATIONS = 100;

    @Test
    public void everyReferenceIsResolvedHoweverQuickItsStoreIs() throws Exception {
        ServiceRegistration<?> quick = container.registerService(
                TokenStore.class,
                (TokenStore) (path, metadata) -> "of-" + path,
                new Hashtable<>(Map.of(TokenStore.PREFIX, "QUICK")));
        try {
            set(configurations.getConfiguration(TOKENS, "?"), Map.of("allow", VIEW + " QUICK *"));
            long start = System.nanoTime();
            for (int i = 0; i < CONFIGURATIONS; i++) {
                String host = "host-" + i;
                // Each time another one, because one and the same is not delivered again more than once a second.
                Configuration view = configurations.getFactoryConfiguration(VIEW, host, "?");
                set(view, Map.of("host", "QUICK://" + host, "required", ""));
                Await.until("there is a view for of-" + host, () -> hasViewFor("of-" + host));
                assertEquals("QUICK://" + host, view.getProperties().get("host"));
                view.delete();
            }
            System.out.printf(
                    "quick references: %d, %d ms each%n",
                    CONFIGURATIONS, (System.nanoTime() - start) / 1_000_000 / CONFIGURATIONS);
        } finally {
            quick.unregister();
            set(configurations.getConfiguration(TOKENS, "?"), Map.of("allow", ""));
        }
    }

    private static void set(Configuration configuration, Map<String, ?> properties) throws IOException {
        configuration.update(new Hashtable<>(properties));
    }
}
