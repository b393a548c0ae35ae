package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.Hook;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HookStatus;
import id.lum.testing.Await;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** Events of a hook that come after its departure, on a real service registry. */
class DepartedHookTest {
    private static final PrincipalContext BOB = new PrincipalContext("bob", "demo", "", "user", List.of());

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private static final PermissionChecker ALLOWING = new PermissionChecker() {
        @Override
        public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
            return AccessibleIds.all();
        }

        @Override
        public void require(PrincipalContext principal, ResourceRef resource, String action) {}
    };

    private ServiceListener listener = event -> {};

    /** Without a grace time: a caller that would have to wait gets a 503 at once. */
    private static TestView requiringOne() {
        return new TestView(REGISTRY, Map.of("required", "permission", "grace.ms", "0"));
    }

    private static String require(TestView view) {
        return Calls.outcome(() -> view.hooks().require(BOB, ResourceRef.of("workflow", "wf"), "read"));
    }

    private static ServiceRegistration<?> register(Dictionary<String, Object> properties) {
        return REGISTRY.register(HookKinds.PERMISSION, properties, ALLOWING);
    }

    private static ServiceRegistration<?> register() {
        return register(TestRegistry.properties("acme", "lumid", 0));
    }

    /** Runs when the tracker of the view, which listens before, has seen a service leave, and before it is gone. */
    private void whenHalfGone(Runnable action) {
        listener = event -> {
            if (event.getType() == ServiceEvent.UNREGISTERING) {
                action.run();
            }
        };
        REGISTRY.bundle().addServiceListener(listener);
    }

    @AfterEach
    void removeListener() {
        REGISTRY.bundle().removeServiceListener(listener);
    }

    private static void assertThatOneHookIsThere(TestView view) {
        assertThat(require(view)).isEqualTo("yes");
        assertThat(view.hooks().hooks())
                .containsExactly(new HookStatus("permission", "lumid", 0, true, HookStatus.State.PRESENT));
    }

    @Test
    void aModificationThatIsToldAfterTheDepartureHasNoEffect() {
        try (TestView view = requiringOne()) {
            ServiceRegistration<?> lumid = register();
            whenHalfGone(() -> lumid.setProperties(TestRegistry.properties("acme", "lumid", 7)));
            REGISTRY.unregister(lumid);
            assertThat(view.hooks().hooks())
                    .containsExactly(new HookStatus("permission", "lumid", 0, true, HookStatus.State.UNAVAILABLE));
            register();
            assertThatOneHookIsThere(view);
        }
    }

    @Test
    void aModificationThatIsToldAfterTheSuccessorHasComeHasNoEffect() {
        try (TestView view = requiringOne()) {
            ServiceRegistration<?> lumid = register();
            whenHalfGone(() -> {
                register();
                lumid.setProperties(TestRegistry.properties("acme", "lumid", 7));
            });
            REGISTRY.unregister(lumid);
            assertThatOneHookIsThere(view);
        }
    }

    @Test
    void aDepartedHookUnderAnotherNameIsNoHook() {
        try (TestView view = requiringOne()) {
            ServiceRegistration<?> lumid = register();
            whenHalfGone(() -> lumid.setProperties(TestRegistry.properties("acme", "renamed", 0)));
            REGISTRY.unregister(lumid);
            register();
            assertThatOneHookIsThere(view);
        }
    }

    @Test
    void aHookThatTurnsToAHostWhileItLeavesIsNeverSeenThere() {
        try (TestView view = requiringOne()) {
            ServiceRegistration<?> lumid = register(TestRegistry.properties("elsewhere", "lumid", 0));
            whenHalfGone(() -> lumid.setProperties(TestRegistry.properties("acme", "lumid", 0)));
            REGISTRY.unregister(lumid);
            register();
            assertThatOneHookIsThere(view);
        }
    }

    @Test
    void anArrivalThatIsToldAfterTheDepartureHasNoEffect() {
        HostSettings settings = TestView.settings(Map.of("required", "permission"));
        HookRegistry registry = new HookRegistry(settings, REGISTRY.kinds(), System::nanoTime, new OpenAccess());
        HookTracker tracker = new HookTracker(REGISTRY.bundle(), registry);
        ServiceRegistration<?> lumid = register();
        ServiceReference<Object> reference = referenceOf(lumid);
        REGISTRY.unregister(lumid);
        assertThat(tracker.addingService(reference)).as("not to be tracked").isNull();
        assertThat(registry.statuses())
                .containsExactly(new HookStatus("permission", "", 0, true, HookStatus.State.UNAVAILABLE));
    }

    @Test
    void aMatchThatIsToldAfterTheHookHasTurnedToAnotherHostHasNoEffect() {
        HostSettings settings = TestView.settings(Map.of("required", "permission"));
        HookRegistry registry = new HookRegistry(settings, REGISTRY.kinds(), System::nanoTime, new OpenAccess());
        HookTracker tracker = new HookTracker(REGISTRY.bundle(), registry);
        ServiceReference<Object> reference = referenceOf(register(TestRegistry.properties("elsewhere", "lumid", 0)));
        assertThat(tracker.addingService(reference)).as("not to be tracked").isNull();
    }

    @Test
    void aHookWithoutANameKeepsTheNameOfItsBundleWhileItLeaves() {
        Dictionary<String, Object> nameless = TestRegistry.properties("acme", "", 0);
        nameless.remove(Hook.NAME);
        HostSettings settings = TestView.settings(Map.of("required", "permission"));
        HookRegistry registry = new HookRegistry(settings, REGISTRY.kinds(), System::nanoTime, new OpenAccess());
        HookTracker tracker = new HookTracker(REGISTRY.bundle(), registry);
        ServiceRegistration<?> registration = register(nameless);
        ServiceReference<Object> reference = referenceOf(registration);
        RegisteredHook hook = tracker.addingService(reference);
        REGISTRY.unregister(registration);
        tracker.modifiedService(reference, hook);
        tracker.removedService(reference, hook);
        assertThat(registry.statuses())
                .extracting(HookStatus::name)
                .containsExactly(REGISTRY.bundle().getBundle().getSymbolicName());
    }

    @Test
    void aSuccessorIsFoundHoweverModificationAndDepartureMeet() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            try (TestView view = requiringOne()) {
                ServiceRegistration<?> lumid = register();
                CompletableFuture<String> modification =
                        Calls.start(() -> lumid.setProperties(TestRegistry.properties("acme", "lumid", 0)));
                REGISTRY.unregister(lumid);
                Await.result(modification);
                ServiceRegistration<?> successor = register();
                assertThatOneHookIsThere(view);
                REGISTRY.unregister(successor);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static ServiceReference<Object> referenceOf(ServiceRegistration<?> registration) {
        return ((ServiceRegistration<Object>) registration).getReference();
    }
}
