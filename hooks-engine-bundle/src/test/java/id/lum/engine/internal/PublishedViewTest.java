package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.support.config.DeclaredSettings;
import id.lum.testing.Await;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class PublishedViewTest {
    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    /** As in a bundle that has stopped: the framework unregisters each service before the owner does. */
    private static BundleContext thatUnregistersFirst(BundleContext bundle) {
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (self, method, arguments) -> {
                    Object result;
                    try {
                        result = method.invoke(bundle, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                    if (result instanceof ServiceRegistration<?> registration) {
                        registration.unregister();
                    }
                    return result;
                });
    }

    private static boolean hasThread(String host) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("hooks of " + host));
    }

    @Test
    void aViewWhoseServiceHasGoneWithItsBundleEndsItsThreadWhenItIsClosed() throws Exception {
        HostSettings settings = HostSettings.parse(
                DeclaredSettings.of(
                        HostViewConfiguration.class,
                        HostViewConfiguration.PID,
                        Map.of("service.pid", HostViewConfiguration.PID + "~leaving", "host", "leaving")),
                TestView.KINDS);
        PublishedView view = new PublishedView(
                thatUnregistersFirst(REGISTRY.bundle()),
                settings,
                REGISTRY.kinds(),
                System::nanoTime,
                new OpenAccess());
        assertThat(hasThread("leaving")).isTrue();
        view.close();
        Await.until("its thread has ended", () -> !hasThread("leaving"));
    }
}
