package id.lum.support.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import id.lum.support.lifecycle.StopDeadline;
import id.lum.testing.CapturedLog;
import id.lum.testing.EmptyFramework;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.cm.ManagedServiceFactory;

class FactoryConfigurationsTest {
    private static final String PID = "id.lum.test";

    @TempDir
    static Path storage;

    private static EmptyFramework framework;

    private final List<String> calls = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        framework = new EmptyFramework(storage);
    }

    @AfterAll
    static void stop() throws Exception {
        framework.close();
    }

    private final class Recorded implements SingletonConfiguration.Owner {
        private final Object name;

        Recorded(Map<String, Object> properties) {
            name = properties.get("p");
            calls.add("open " + name);
        }

        @Override
        public void apply(Map<String, Object> properties) {}

        @Override
        public void close(StopDeadline deadline) {
            calls.add("close " + name);
        }
    }

    private static void update(ManagedServiceFactory instances, String instance) {
        try {
            instances.updated(instance, new Hashtable<>(Map.of("p", instance)));
        } catch (ConfigurationException refused) {
            throw new IllegalStateException(refused);
        }
    }

    @Test
    void whenTheSecondServiceCannotBeRegisteredTheFirstAndItsOwnersAreGoneAgain() throws Exception {
        BundleContext bundle = framework.context();
        ServiceListener delivery = event -> {
            if (event.getType() == ServiceEvent.REGISTERED) {
                update((ManagedServiceFactory) bundle.getService(event.getServiceReference()), PID + "~a");
            }
        };
        bundle.addServiceListener(delivery, "(objectClass=" + ManagedServiceFactory.class.getName() + ")");
        try {
            assertThatIllegalStateException()
                    .isThrownBy(() -> FactoryConfigurations.deliver(
                            framework.contextRefusing(ManagedService.class), PID, Recorded::new))
                    .withMessage("refused");
        } finally {
            bundle.removeServiceListener(delivery);
        }

        assertThat(calls).containsExactly("open id.lum.test~a", "close id.lum.test~a");
        assertThat(framework.service(ManagedServiceFactory.class)).isEmpty();
    }

    @Test
    void anOwnerThatCannotBeClosedIsNamedAndTheOthersAreClosed() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            FactoryConfigurations configurations = FactoryConfigurations.deliver(
                    framework.context(), PID, properties -> new SingletonConfiguration.Owner() {
                        @Override
                        public void apply(Map<String, Object> changed) {}

                        @Override
                        public void close(StopDeadline deadline) {
                            calls.add("close " + properties.get("p"));
                            throw new IllegalStateException("stuck");
                        }
                    });
            ManagedServiceFactory instances =
                    framework.service(ManagedServiceFactory.class).orElseThrow();
            update(instances, PID + "~a");
            update(instances, PID + "~b");
            configurations.close();

            assertThat(calls).containsExactlyInAnyOrder("close id.lum.test~a", "close id.lum.test~b");
            assertThat(log.errors())
                    .hasSize(2)
                    .anyMatch(line -> line.contains("id.lum.test~a: what was in force did not close."))
                    .anyMatch(line -> line.contains("id.lum.test~b: what was in force did not close."));
        }
    }
}
