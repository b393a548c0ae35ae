package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.flowmesh.SupplierResolver;
import id.lum.hooks.flowmesh.Worker;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.HostHooks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Hooks that arrive or leave at the moment at which their kind is declared. */
class DeclaredKindTest {
    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    /** The view reads its clock after each hook that has arrived, which is where these tests come in between. */
    private final AtomicReference<Runnable> atNextReading = new AtomicReference<>(() -> {});

    private HookKinds kinds;
    private PublishedView view;

    @BeforeEach
    void publish() {
        kinds = new HookKinds(REGISTRY.bundle());
        view = new PublishedView(
                REGISTRY.bundle(),
                TestView.settings(Map.of("required", "")),
                kinds,
                () -> {
                    atNextReading.getAndSet(() -> {}).run();
                    return 0;
                },
                new OpenAccess());
    }

    @AfterEach
    void close() {
        view.close();
        kinds.close();
    }

    private void declareSupplier() {
        kinds.declare(TestRegistry.SUPPLIER.id(), SupplierResolver.class.getName());
        view.rescan();
    }

    private static ServiceRegistration<?> supplier(String name, int ranking) {
        return REGISTRY.register(TestRegistry.SUPPLIER, name, ranking, worker -> Optional.empty());
    }

    private static List<String> present() {
        BundleContext bundle = REGISTRY.bundle();
        HostHooks<?> hooks = bundle.getService(bundle.getServiceReference(HostHooks.class));
        return hooks.hooks().stream()
                .filter(hook -> hook.state() == HookStatus.State.PRESENT)
                .map(hook -> hook.kind() + " " + hook.name())
                .toList();
    }

    @Test
    void hookThatIsWithdrawnFromItsHostWhileItsKindIsDeclaredIsNotThere() {
        supplier("first", 9);
        ServiceRegistration<?> second = supplier("second", 0);
        atNextReading.set(() -> second.setProperties(TestRegistry.properties("elsewhere", "second", 0)));
        declareSupplier();
        assertThat(present()).containsExactly("supplier first");
    }

    @Test
    void hookThatLeavesAndComesBackWhileItsKindIsDeclaredIsThereOnce() {
        supplier("first", 9);
        ServiceRegistration<?> second = supplier("second", 0);
        atNextReading.set(() -> {
            second.setProperties(TestRegistry.properties("elsewhere", "second", 0));
            second.setProperties(TestRegistry.properties("acme", "second", 0));
        });
        declareSupplier();
        assertThat(present()).containsExactly("supplier first", "supplier second");
    }

    @Test
    void hookThatArrivesWhileOneOfItsKindsIsDeclaredIsThereUnderEachKind() {
        interface Both extends SubmissionGuard, SupplierResolver {}
        Both hook = new Both() {
            @Override
            public void check(PrincipalContext principal) {}

            @Override
            public Optional<String> supplierOf(Worker worker) {
                return Optional.empty();
            }
        };
        String[] types = {SubmissionGuard.class.getName(), SupplierResolver.class.getName()};
        atNextReading.set(this::declareSupplier);
        ServiceRegistration<?> registration =
                REGISTRY.bundle().registerService(types, hook, TestRegistry.properties("acme", "both", 0));
        try {
            assertThat(present()).containsExactly("guard both", "supplier both");
        } finally {
            registration.unregister();
        }
    }
}
