package id.lum.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import id.lum.core.identity.Introspection;
import id.lum.support.config.SingletonConfiguration;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** The owner in a real framework. */
class CoreOwnerTest {
    @TempDir
    Path storage;

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();
    private Framework framework;

    @BeforeEach
    void start() throws Exception {
        framework = new FrameworkFactory().newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
        framework.start();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    @ParameterizedTest
    @ValueSource(classes = {Map.class, Introspection.class, IdentityCommands.class})
    void constructionThatFailsLeavesNoServiceAndNoThread(Class<?> refused) throws Exception {
        assertThatIllegalStateException().isThrownBy(() -> CoreOwner.open(contextRefusing(refused), Map.of()));
        assertThat(framework.getBundleContext().getServiceReference(Introspection.class))
                .isNull();
        assertThat(framework.getBundleContext().getServiceReference(IdentityCommands.class))
                .isNull();
        awaitNoThread();
    }

    @Test
    void whatIsPublishedIsThereUntilTheEnd() throws Exception {
        SingletonConfiguration.Owner owner = CoreOwner.open(framework.getBundleContext(), Map.of());
        assertThat(framework.getBundleContext().getServiceReference(Introspection.class))
                .isNotNull();
        assertThat(threads()).isNotEmpty();
        owner.close();
        assertThat(framework.getBundleContext().getServiceReference(Introspection.class))
                .isNull();
        awaitNoThread();
    }

    /** The context of a bundle, and of the framework itself, that can register no service of this type. */
    private BundleContext contextRefusing(Class<?> type) {
        return refusing(BundleContext.class, framework.getBundleContext(), type);
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

    private void awaitNoThread() throws InterruptedException {
        for (Thread thread : threads()) {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        }
        assertThat(threads()).isEmpty();
    }
}
