package id.lum.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import id.lum.core.identity.Introspection;
import id.lum.support.config.SingletonConfiguration;
import id.lum.testing.Await;
import id.lum.testing.EmptyFramework;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The owner in a real framework. */
class CoreOwnerTest {
    @TempDir
    Path storage;

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();
    private EmptyFramework framework;

    @BeforeEach
    void start() throws Exception {
        framework = new EmptyFramework(storage);
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    @ParameterizedTest
    @ValueSource(classes = {Map.class, Introspection.class, IdentityCommands.class})
    void constructionThatFailsLeavesNoServiceAndNoThread(Class<?> refused) throws Exception {
        assertThatIllegalStateException().isThrownBy(() -> CoreOwner.open(contextRefusing(refused), Map.of()));
        assertThat(framework.service(Introspection.class)).isEmpty();
        assertThat(framework.service(IdentityCommands.class)).isEmpty();
        Await.until("its threads have ended", () -> threads().isEmpty());
    }

    @Test
    void whatIsPublishedIsThereUntilTheEnd() throws Exception {
        SingletonConfiguration.Owner owner = CoreOwner.open(framework.context(), Map.of());
        assertThat(framework.service(Introspection.class)).isPresent();
        assertThat(threads()).isNotEmpty();
        owner.close();
        assertThat(framework.service(Introspection.class)).isEmpty();
        Await.until("its threads have ended", () -> threads().isEmpty());
    }

    @Test
    void closedAfterItsBundleHasStoppedItLeavesNoThread() throws Exception {
        Bundle bundle = framework.startBundle("core");
        SingletonConfiguration.Owner owner = CoreOwner.open(bundle.getBundleContext(), Map.of());
        assertThat(threads()).isNotEmpty();
        bundle.stop();
        owner.close();
        Await.until("its threads have ended", () -> threads().isEmpty());
    }

    /** The context of a bundle, and of the framework itself, that can register no service of this type. */
    private BundleContext contextRefusing(Class<?> type) {
        return refusing(BundleContext.class, framework.context(), type);
    }

    private static <T> T refusing(Class<T> as, T real, Class<?> type) {
        return as.cast(Proxy.newProxyInstance(as.getClassLoader(), new Class<?>[] {as}, (proxy, method, arguments) -> {
            if (method.getName().equals("registerService") && type.equals(arguments[0])) {
                throw new IllegalStateException("refused");
            }
            Object result = method.invoke(real, arguments);
            return result instanceof Bundle bundle && method.getName().equals("getBundle")
                    ? refusing(Bundle.class, bundle, type)
                    : result instanceof BundleContext context ? refusing(BundleContext.class, context, type) : result;
        }));
    }

    private List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .filter(thread -> thread.getName().startsWith("lum.id introspection"))
                .toList();
    }
}
