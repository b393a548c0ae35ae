package id.lum.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.HookRejection;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.lumilake.LumilakeHooks;
import id.lum.hooks.lumilake.Optimizer;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A bearer token stays out of the log, whatever a hook does with it. The log is at TRACE. */
class SecretsTest {
    private static final String BEARER = "lm_pat_canary-4711";

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private static String logOf(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aHookThatQuotesTheTokenInItsExceptionIsLoggedWithoutIt() {
        IdentityProvider quoting = bearer -> {
            throw new IllegalStateException("cannot parse " + bearer, new RuntimeException("inner " + bearer));
        };
        try (TestView view = TestView.patient(REGISTRY)) {
            REGISTRY.register(HookKind.IDENTITY, "quoting", 0, quoting);
            String[] outcome = {""};
            String log =
                    logOf(() -> outcome[0] = Calls.outcome(() -> view.hooks().authenticate(BEARER)));
            assertThat(log)
                    .as("the cause is logged, so the search below looks at the right place")
                    .contains("identity hook quoting failed", "cannot parse <token>", "inner <token>", "SecretsTest");
            assertThat(log).doesNotContain(BEARER);
            assertThat(outcome[0]).isEqualTo("503 The identity hook of this server failed.");
        }
    }

    @Test
    void aTokenPassedOnToAnOptimizerIsLoggedNeither() {
        OptimizerProvider quoting = new OptimizerProvider() {
            @Override
            public Set<String> names() {
                return Set.of("simple");
            }

            @Override
            public Optimizer create(String name) {
                return (request, bearer) -> {
                    throw new IllegalStateException("cannot send " + bearer);
                };
            }
        };
        try (TestView view = new TestView(REGISTRY.bundle(), Map.of("host", "lumilake", "required", ""))) {
            REGISTRY.register("lumilake", HookKind.OPTIMIZER, "quoting", 0, quoting);
            LumilakeHooks hooks = view.hooks(LumilakeHooks.class);
            ScheduleRequest request =
                    new ScheduleRequest(new TaskGraph(Map.of(), Map.of()), List.of("w"), Map.of(), Optional.empty());
            String log =
                    logOf(() -> Calls.outcome(() -> hooks.optimizer("simple").schedule(request, BEARER)));
            assertThat(log).contains("cannot send <token>").doesNotContain(BEARER);
        }
    }

    @Test
    void noTextOfAHookCanPassForALineOfTheLog() {
        String forged = "\nforged line \u001b[31m";
        try (TestView view = new TestView(REGISTRY.bundle(), Map.of("host", "ac" + forged, "required", "usage"))) {
            REGISTRY.register("ac" + forged, HookKind.USAGE, "sink" + forged, 0, rows -> {
                throw HookRejection.forbidden("No." + forged);
            });
            REGISTRY.register("ac" + forged, HookKind.GUARD, "guard", 0, principal -> {
                throw new IllegalStateException("broken" + forged);
            });
            PrincipalContext bob = new PrincipalContext("bob", "", "", "user", List.of());
            String log = logOf(() -> {
                Calls.outcome(() -> view.hooks().emit(List.of("row")));
                Calls.outcome(() -> view.hooks().checkSubmission(bob));
            });
            assertThat(log).contains("No.\\u000aforged", "broken").doesNotContain("\u001b");
            assertThat(log.lines()).noneMatch(line -> line.startsWith("forged"));
        }
    }

    @Test
    void whatIsOpenAndWhatIsForgottenIsLogged() {
        String log = logOf(() -> {
            new HostViewOwner(
                            REGISTRY.bundle(),
                            new HostNames(),
                            Map.of("service.pid", "p", "host", "acme", "access", "open"))
                    .close(Map.of("service.pid", "p"));
            try (TestView view = TestView.patient(REGISTRY)) {
                REGISTRY.unregister(REGISTRY.register(HookKind.GUARD, "extra", 0, principal -> {}));
                view.pass(10_000);
                view.hooks().checkSubmission(new PrincipalContext("bob", "", "", "user", List.of()));
            }
        });
        assertThat(log).contains("access is open", "guard hook extra did not come back", "is forgotten");
    }

    @Test
    void anEmptyTokenDoesNotGarbleTheLog() {
        try (TestView view = TestView.patient(REGISTRY)) {
            REGISTRY.register(HookKind.IDENTITY, "broken", 0, bearer -> {
                throw new IllegalStateException("broken");
            });
            assertThat(logOf(() -> Calls.outcome(() -> view.hooks().authenticate(""))))
                    .contains("IllegalStateException: broken")
                    .doesNotContain("<token>");
        }
    }
}
