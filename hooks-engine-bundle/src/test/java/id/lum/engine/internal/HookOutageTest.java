package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.SubmissionGuard;
import java.util.Dictionary;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** What a stranger can make the log grow by: a hook that fails at each of his calls. */
class HookOutageTest {
    private static final PrincipalContext BOB = new PrincipalContext("bob", "demo", "", "user", List.of());
    private static final long MINUTE = 60_000;

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private final AtomicBoolean broken = new AtomicBoolean(true);

    private static String checked(TestView view, int times) {
        return SecretsTest.logOf(() -> {
            for (int i = 0; i < times; i++) {
                Calls.outcome(() -> view.hooks().checkSubmission(BOB));
            }
        });
    }

    private TestView withGuard() {
        TestView view = TestView.patient(REGISTRY);
        REGISTRY.register(HookKinds.GUARD, "guard", 0, principal -> {
            if (broken.get()) {
                throw new IllegalStateException("broken");
            }
        });
        return view;
    }

    @Test
    void ofAThousandFailuresTheFirstIsLoggedInFullAndTheOthersAreCounted() {
        try (TestView view = withGuard()) {
            assertThat(checked(view, 1_000))
                    .containsOnlyOnce("guard hook guard failed:")
                    .containsOnlyOnce("broken");
            assertThat(checked(view, 1_000)).isEmpty();
            view.pass(10 * MINUTE);
            assertThat(checked(view, 1_000))
                    .containsOnlyOnce("guard hook guard failed (1999 more failures were not logged):");
        }
    }

    @Test
    void theStackOfAFailureEndsWhereTheViewBegins() {
        try (TestView view = withGuard()) {
            assertThat(checked(view, 1))
                    .contains("at id.lum.engine.internal.HookOutageTest.lambda$withGuard")
                    .containsOnlyOnce("at id.lum.engine.internal.ComposedView.")
                    .doesNotContain("HookDispatcher.ask", "org.junit")
                    .containsPattern("  and [0-9]+ more");
        }
    }

    @Test
    void anOutageEndsWithOneLine() {
        try (TestView view = withGuard()) {
            checked(view, 10);
            broken.set(false);
            assertThat(checked(view, 10)).as("it may fail again at once").isEmpty();
            view.pass(MINUTE);
            assertThat(checked(view, 10))
                    .containsOnlyOnce("guard hook guard answers again (9 more failures were not logged).");
            broken.set(true);
            assertThat(checked(view, 10)).containsOnlyOnce("guard hook guard failed:");
        }
    }

    @Test
    void whoeverMakesEverySecondCallFailFillsTheLogNoFaster() {
        try (TestView view = withGuard()) {
            checked(view, 1);
            String log = SecretsTest.logOf(() -> {
                for (int i = 0; i < 1_000; i++) {
                    broken.set(i % 2 == 0);
                    Calls.outcome(() -> view.hooks().checkSubmission(BOB));
                }
            });
            assertThat(log).isEmpty();
        }
    }

    @Test
    void aHookWhoseObjectCannotBeMadeIsLoggedWithTheRemedyAndNoStack() {
        ServiceFactory<SubmissionGuard> broken = new ServiceFactory<>() {
            @Override
            public SubmissionGuard getService(Bundle bundle, ServiceRegistration<SubmissionGuard> registration) {
                throw new IllegalStateException("opens.at is refused");
            }

            @Override
            public void ungetService(
                    Bundle bundle, ServiceRegistration<SubmissionGuard> registration, SubmissionGuard guard) {
                // There is none.
            }
        };
        Dictionary<String, Object> properties = TestRegistry.properties("acme", "guard", 0);
        for (String remedy : List.of(
                "its service factory made no object; look above for an error of the bundle org.apache.felix.framework.",
                "its component could not be made; look above for an error of the bundle org.apache.felix.framework, and at "
                        + "scr:info com.example.Guard.")) {
            var registration = REGISTRY.bundle().registerService(SubmissionGuard.class, broken, properties);
            try (TestView view = TestView.patient(REGISTRY)) {
                assertThat(Calls.outcome(() -> view.hooks().checkSubmission(BOB)))
                        .isEqualTo("503 The guard hook of this server failed.");
                view.pass(10 * MINUTE);
                assertThat(checked(view, 1).lines().filter(line -> line.contains(" ERROR id.lum.engine")))
                        .singleElement()
                        .asString()
                        .endsWith("guard hook guard failed: " + remedy);
            } finally {
                registration.unregister();
            }
            properties.put("component.name", "com.example.Guard");
        }
    }

    @Test
    void twoHooksOfOneNameAreWarnedAboutOnceWithTheirBundles() {
        try (TestView view = TestView.patient(REGISTRY)) {
            String log = SecretsTest.logOf(() -> {
                REGISTRY.register(HookKinds.GUARD, "guard", 5, principal -> {});
                REGISTRY.register(HookKinds.USAGE, "guard", 0, rows -> {});
                REGISTRY.register(HookKinds.GUARD, "other", 0, principal -> {});
            });
            assertThat(log)
                    .contains("guard hook guard is there, ranking 5, of the bundle org.apache.felix.framework.")
                    .doesNotContain("twice");
            assertThat(SecretsTest.logOf(() -> REGISTRY.register(HookKinds.GUARD, "guard", 0, principal -> {})))
                    .containsOnlyOnce(
                            "acme: guard hook guard is there twice, of the bundle org.apache.felix.framework and of "
                                    + "the bundle org.apache.felix.framework.");
            assertThat(checked(view, 1)).isEmpty();
        }
    }

    @Test
    void aSinkThatRefusesEveryRowIsLoggedOnce() {
        try (TestView view = TestView.patient(REGISTRY)) {
            REGISTRY.register(HookKinds.USAGE, "sink", 0, rows -> {
                throw HookRejection.unavailable("Full.");
            });
            String log = SecretsTest.logOf(() -> {
                for (int i = 0; i < 100; i++) {
                    view.hooks().emit(List.of("row"));
                }
            });
            assertThat(log).containsOnlyOnce("usage hook sink refused with 503: Full.");
        }
    }
}
