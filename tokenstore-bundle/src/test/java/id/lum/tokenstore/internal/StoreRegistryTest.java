package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.tokenstore.TokenStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

class StoreRegistryTest {
    private static final SecretLocator P = new SecretLocator("VAULT", "p", "");

    @TempDir
    Path directory;

    private final List<String> changed = new ArrayList<>();
    private ConfiguredFramework framework;
    private StoreRegistry registry;

    @BeforeEach
    void start() throws Exception {
        framework = new ConfiguredFramework(directory);
        registry = new StoreRegistry(framework.context(), Duration.ofSeconds(10), System::nanoTime);
        registry.open(changed::add);
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
        framework.stop();
    }

    /** One thread changes the properties of a store while another unregisters it: the events may come in this order. */
    @Test
    void lateEventOfAStoreThatHasLeftLeavesItsSuccessorInPlace() {
        ServiceRegistration<TokenStore> first = register("first");
        ServiceReference<TokenStore> gone = first.getReference();
        assertThat(answer()).isEqualTo(new StoreAnswer.Value("first"));
        first.unregister();
        registry.changed(gone, changed::add);
        assertThat(registry.prefixes()).isEmpty();
        register("next");
        registry.changed(gone, changed::add);
        assertThat(answer()).isEqualTo(new StoreAnswer.Value("next"));
        assertThat(registry.describe()).hasSize(1);
    }

    @Test
    void everyChangeOfAPrefixIsTold() {
        ServiceRegistration<TokenStore> store = register("value");
        store.setProperties(new Hashtable<>(Map.of(TokenStore.PREFIX, "OTHER")));
        store.unregister();
        assertThat(changed).containsExactly("VAULT", "VAULT", "OTHER", "OTHER");
    }

    private StoreAnswer answer() {
        return registry.ask(Set.of(P)).get(P);
    }

    private ServiceRegistration<TokenStore> register(String value) {
        return framework
                .context()
                .registerService(
                        TokenStore.class,
                        (TokenStore) (path, metadata) -> value,
                        new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT")));
    }
}
