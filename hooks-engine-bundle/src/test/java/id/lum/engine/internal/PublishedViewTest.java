package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.support.config.DeclaredSettings;
import id.lum.testing.Await;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
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

    private static HostSettings settings(String host) {
        return HostSettings.parse(
                DeclaredSettings.of(
                        HostViewConfiguration.class,
                        HostViewConfiguration.PID,
                        Map.of("service.pid", HostViewConfiguration.PID + "~" + host, "host", host)),
                TestView.KINDS);
    }

    private static boolean hasThread(String host) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("hooks of " + host));
    }

    @Test
    void aViewWhoseServiceHasGoneWithItsBundleEndsItsThreadWhenItIsClosed() throws Exception {
        PublishedView view = new PublishedView(
                thatUnregistersFirst(REGISTRY.bundle()),
                settings("leaving"),
                REGISTRY.kinds(),
                System::nanoTime,
                new OpenAccess());
        assertThat(hasThread("leaving")).isTrue();
        view.close();
        Await.until("its thread has ended", () -> !hasThread("leaving"));
    }

    @Test
    void callsThatHangAreLookedForAgainAfterALookThatAnErrorHasEnded() {
        HeldTimer timer = new HeldTimer();
        AtomicInteger looks = new AtomicInteger();
        AtomicBoolean failing = new AtomicBoolean();
        LongSupplier clock = () -> {
            looks.incrementAndGet();
            if (failing.getAndSet(false)) {
                throw new OutOfMemoryError("a test");
            }
            return 0;
        };
        REGISTRY.register(HookKinds.GUARD, "own", 0, principal -> {});
        PublishedView view = new PublishedView(
                REGISTRY.bundle(), settings("acme"), REGISTRY.kinds(), clock, new OpenAccess(), name -> timer);
        failing.set(true);
        assertThatThrownBy(timer::run).isInstanceOf(OutOfMemoryError.class);
        int before = looks.get();
        timer.run();
        assertThat(looks).hasValueGreaterThan(before);
        view.close();
    }
}
