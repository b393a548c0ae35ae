package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.testing.Await;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationPlugin;
import org.osgi.service.cm.SynchronousConfigurationListener;

/** An owner that cannot register one of its services. */
class TokenStoreConstructionTest {
    @TempDir
    Path directory;

    private ConfiguredFramework framework;

    @BeforeEach
    void start() throws Exception {
        framework = new ConfiguredFramework(directory);
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                SynchronousConfigurationListener.class,
                ConfigurationPlugin.class,
                TokenStore.class,
                SecretCommands.class
            })
    void constructionThatFailsLeavesNoServiceAndNoThread(Class<?> refused) throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Map<String, Object> properties =
                Map.of("allow", "acme ENV PATH", "file.root", directory.toString(), "env.names", "PATH");

        assertThatIllegalStateException()
                .isThrownBy(() -> new StartedOwner(
                        framework.contextRefusing(refused),
                        framework.admin(),
                        TestComponents.NONE,
                        properties,
                        System::nanoTime));

        assertThat(framework.context().getServiceReference(SynchronousConfigurationListener.class))
                .isNull();
        assertThat(framework.context().getServiceReference(ConfigurationPlugin.class))
                .isNull();
        assertThat(framework.context().getServiceReference(TokenStore.class)).isNull();
        awaitNoThreadBut(before);
    }

    private static void awaitNoThreadBut(Set<Thread> before) throws Exception {
        Await.until(
                "no thread is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread))
                        .noneMatch(thread -> thread.getName().startsWith("lumid-tokenstore")));
    }

    @Test
    void closedAfterItsBundleHasStoppedItLeavesNoThread() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Bundle bundle = framework.startBundle("tokenstore");
        StartedOwner owner = new StartedOwner(
                bundle.getBundleContext(),
                framework.admin(),
                TestComponents.NONE,
                Map.of("allow", "acme ENV PATH", "file.root", directory.toString(), "env.names", "PATH"),
                System::nanoTime);
        assertThat(framework.context().getServiceReference(TokenStore.class)).isNotNull();
        bundle.stop();
        owner.close();
        awaitNoThreadBut(before);
    }

    @Test
    void storeWhoseSuccessorCannotBeRegisteredLeavesWhenThatIsTriedAgain() throws Exception {
        AtomicBoolean refusing = new AtomicBoolean();
        BundleContext brittle = (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("registerService")
                            && TokenStore.class.equals(arguments[0])
                            && refusing.getAndSet(false)) {
                        throw new OutOfMemoryError("for a test");
                    }
                    return method.invoke(framework.context(), arguments);
                });
        StartedOwner owner = new StartedOwner(
                brittle, framework.admin(), TestComponents.NONE, Map.of("env.names", "PATH"), System::nanoTime);
        try {
            Map<String, Object> next = Map.of("env.names", "HOME");
            refusing.set(true);
            assertThatThrownBy(() -> owner.apply(next)).isInstanceOf(OutOfMemoryError.class);
            assertThat(framework.context().getServiceReferences(TokenStore.class, null))
                    .as("the last good one serves")
                    .hasSize(1);
            owner.apply(next);
            assertThat(framework.context().getServiceReferences(TokenStore.class, null))
                    .hasSize(1);
        } finally {
            owner.close();
        }
    }
}
