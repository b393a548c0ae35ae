package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.host.HostHooks;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.ServiceRegistration;

/** The table of a view whose hooks change while it is made. */
class HookTableTest {
    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    /** The view, but for an action that happens after each look at its hooks. */
    private static HostHooks<?> changing(HostHooks<?> view, Runnable afterEachLook) {
        return (HostHooks<?>) Proxy.newProxyInstance(
                HostHooks.class.getClassLoader(), new Class<?>[] {HostHooks.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(view, arguments);
                    if (method.getName().equals("hooks")) {
                        afterEachLook.run();
                    }
                    return answer;
                });
    }

    @Test
    void hookThatLeavesWhileTheTableIsMadeIsPresentInAllOfIt() {
        try (TestView view = TestView.patient(REGISTRY)) {
            ServiceRegistration<?> guard = REGISTRY.register(HookKinds.GUARD, "opening-hour", 0, principal -> {});
            assertThat(HookTable.of(changing(view.hooks(), () -> REGISTRY.unregister(guard))))
                    .containsPattern("guard +opening-hour +0 +present ")
                    .doesNotContain("No hook is registered");
        }
    }

    @Test
    void hookThatArrivesAfterTheLookIsInNoPartOfTheTable() {
        try (TestView view = TestView.patient(REGISTRY)) {
            HostHooks<?> changing = changing(
                    view.hooks(), () -> REGISTRY.register(HookKinds.GUARD, "opening-hour", 0, principal -> {}));
            assertThat(HookTable.of(changing))
                    .doesNotContain("opening-hour")
                    .contains("No hook is registered for this host");
        }
    }
}
