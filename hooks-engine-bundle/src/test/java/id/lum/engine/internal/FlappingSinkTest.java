package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.Hook;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.ServiceRegistration;

/** A usage sink that leaves each time it is called, and is back at once. */
class FlappingSinkTest {
    private static final String UNAVAILABLE = "503 The usage hook of this server is unavailable; try again shortly.";

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private final List<String> called = new ArrayList<>();

    private void flapping(Dictionary<String, Object> properties) {
        leaving(properties, () -> flapping(properties));
    }

    /** Leaves when it is called, and then lets its successor come. */
    private void leaving(Dictionary<String, Object> properties, Runnable successor) {
        AtomicReference<ServiceRegistration<?>> own = new AtomicReference<>();
        own.set(REGISTRY.register(HookKinds.USAGE, properties, rows -> {
            called.add((String) properties.get(Hook.NAME));
            REGISTRY.unregister(own.get());
            successor.run();
            throw new IllegalStateException("The sink is closed.");
        }));
    }

    private void taking(String name) {
        REGISTRY.register(HookKinds.USAGE, name, 0, rows -> called.add(name));
    }

    private static String emit(TestView view) {
        return Calls.outcome(() -> view.hooks().emit(List.of("row")));
    }

    @ParameterizedTest
    @CsvSource({"'', false, yes", "usage:flapping, false, " + UNAVAILABLE, "'', true, " + UNAVAILABLE})
    void everyOtherSinkIsCalledAndTheRowsStayTheHostsOnlyIfTheFlappingSinkIsRequired(
            String required, boolean requiredByItself, String outcome) {
        try (TestView view = TestView.requiring(REGISTRY, required)) {
            Dictionary<String, Object> properties = TestRegistry.properties("acme", "flapping", 9);
            properties.put(Hook.REQUIRED, requiredByItself);
            flapping(properties);
            taking("one");
            taking("other");
            String log = SecretsTest.logOf(() -> assertThat(emit(view)).isEqualTo(outcome));
            assertThat(called).hasSize(18).endsWith("flapping", "one", "other");
            assertThat(log)
                    .containsOnlyOnce(
                            " WARN id.lum.engine.internal.HookDispatcher - acme: usage hook flapping has left "
                                    + "16 times during one call");
        }
    }

    @Test
    void sinkThatLeavesOnceBehindTwoFlappingOnesGetsTheRowsThroughItsSuccessor() {
        try (TestView view = TestView.requiring(REGISTRY, "usage:other")) {
            flapping(TestRegistry.properties("acme", "flapping", 9));
            flapping(TestRegistry.properties("acme", "flapping too", 8));
            leaving(TestRegistry.properties("acme", "other", 0), () -> taking("other"));
            assertThat(emit(view)).isEqualTo("yes");
            assertThat(called).hasSize(34).endsWith("flapping too", "other", "other");
        }
    }
}
