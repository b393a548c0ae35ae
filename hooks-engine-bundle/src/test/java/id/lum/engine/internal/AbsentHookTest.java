package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceRegistration;

/** Callers get 503 for a required hook that is not there: the log tells the operator why, once. */
class AbsentHookTest extends LoggedGuards {
    private static final long GRACE = 2_000;

    private static ServiceRegistration<?> guard(String name) {
        return guard(name, principal -> {});
    }

    @Test
    void requiredHookThatNeverCameIsOneErrorAndOneLineWhenItComes() {
        try (TestView view = TestView.requiring(REGISTRY, "guard:opening-hour")) {
            view.pass(GRACE);
            assertThat(log.errors()).as("before anybody asks").isEmpty();
            for (int i = 0; i < 3; i++) {
                assertThat(check(view)).startsWith("503 ");
            }
            assertThat(log.errors())
                    .singleElement()
                    .asString()
                    .contains(
                            "acme: calls are answered 503, because the guard hook opening-hour is required by "
                                    + "id.lum.hooks.host",
                            "none has come within 2000 ms. Install or start its bundle");
            view.pass(5_000);
            guard("other");
            assertThat(log.linesWith("there again")).isEmpty();
            guard("opening-hour");
            assertThat(check(view)).isEqualTo("yes");
            assertThat(log.linesWith(" INFO "))
                    .filteredOn(line -> line.contains("acme: the required guard hook opening-hour is there again after "
                            + "5 s; 3 calls were answered 503 for it."))
                    .hasSize(1);
        }
    }

    @Test
    void requiredKindOfWhichNoHookCameIsOneError() {
        try (TestView view = TestView.requiring(REGISTRY, "guard")) {
            view.pass(GRACE);
            check(view);
            check(view);
            assertThat(log.errors()).singleElement().asString().contains("because the guard hook is required by ");
            guard("any");
            assertThat(log.linesWith("the required guard hook any is there again"))
                    .hasSize(1);
        }
    }

    @Test
    void requiredHookThatLeftIsOneErrorWithTheCommandThatForgetsIt() {
        try (TestView view = TestView.requiring(REGISTRY, "guard")) {
            REGISTRY.unregister(guard("opening-hour"));
            view.pass(GRACE);
            check(view);
            check(view);
            assertThat(log.errors())
                    .singleElement()
                    .asString()
                    .contains(
                            "because the guard hook opening-hour is required by ",
                            "has not come back within 2000 ms.",
                            "run hooks:remove acme opening-hour.");
            view.pass(60_000);
            REGISTRY.unregister(guard("opening-hour"));
            assertThat(log.linesWith("the required guard hook opening-hour is there again"))
                    .hasSize(1);
            view.pass(GRACE);
            check(view);
            assertThat(log.errors()).as("another outage").hasSize(2);
        }
    }

    @Test
    void hookThatIsBackBeforeACallFailedIsNoError() {
        try (TestView view = TestView.requiring(REGISTRY, "guard")) {
            REGISTRY.unregister(guard("opening-hour"));
            guard("opening-hour");
            assertThat(check(view)).isEqualTo("yes");
            assertThat(log.errors()).isEmpty();
            assertThat(log.linesWith("there again")).isEmpty();
        }
    }
}
