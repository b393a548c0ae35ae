package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.HookRejection;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.lumilake.LumilakeHooks;
import id.lum.hooks.lumilake.Optimizer;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import id.lum.testing.CapturedLog;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
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

    static String logOf(Runnable action) {
        try (CapturedLog log = new CapturedLog()) {
            action.run();
            return log.text();
        }
    }

    /** Every encoding that somebody may quote a token in, and every place of an exception. */
    @Test
    void aHookThatQuotesTheTokenInItsExceptionIsLoggedWithoutIt() {
        String bearer = "c2VjcmV0+token/with==+base64 lm_pat";
        IdentityProvider quoting = token -> {
            IllegalStateException failure = new IllegalStateException(
                    "GET /check?token=" + URLEncoder.encode(token, StandardCharsets.UTF_8),
                    new IllegalArgumentException(token.toUpperCase(Locale.ROOT), new RuntimeException(token)));
            failure.addSuppressed(new IllegalStateException(
                    Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8))));
            throw failure;
        };
        try (TestView view = TestView.patient(REGISTRY)) {
            REGISTRY.register(HookKinds.IDENTITY, "quoting", 0, quoting);
            String[] outcome = {""};
            String log =
                    logOf(() -> outcome[0] = Calls.outcome(() -> view.hooks().authenticate(bearer)));
            assertThat(log)
                    .contains(
                            "identity hook quoting failed",
                            "java.lang.IllegalStateException",
                            "Caused by: java.lang.IllegalArgumentException",
                            "Caused by: java.lang.RuntimeException",
                            "Suppressed: java.lang.IllegalStateException",
                            "at id.lum.engine.internal.SecretsTest");
            assertThat(log.toLowerCase(Locale.ROOT))
                    .doesNotContain("c2vjcmv0", "base64", "lm_pat", "yzjwwwn", "get /check");
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
        try (TestView view = new TestView(REGISTRY, Map.of("host", "lumilake", "required", ""))) {
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "quoting", 0, quoting);
            LumilakeHooks hooks = new LumilakeHooks(view.hooks());
            ScheduleRequest request =
                    new ScheduleRequest(new TaskGraph(Map.of(), Map.of()), List.of("w"), Map.of(), Optional.empty());
            String log =
                    logOf(() -> Calls.outcome(() -> hooks.optimizer("simple").schedule(request, BEARER)));
            assertThat(log)
                    .contains("optimizer hook quoting failed", "java.lang.IllegalStateException")
                    .doesNotContain(BEARER, "cannot send");
        }
    }

    @Test
    void noTextOfAHookCanPassForALineOfTheLog() {
        String forged = "\nforged line \u001b[31m";
        try (TestView view = new TestView(REGISTRY, Map.of("required", "usage"))) {
            REGISTRY.register(HookKinds.USAGE, "sink" + forged, 0, rows -> {
                throw HookRejection.forbidden("No." + forged);
            });
            REGISTRY.register(HookKinds.GUARD, "guard", 0, principal -> {
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
                            new HostReservations(name -> new HeldTimer()),
                            REGISTRY.kinds(),
                            Map.of("service.pid", "p", "host", "acme", "access", "open"))
                    .close();
            try (TestView view = TestView.patient(REGISTRY)) {
                REGISTRY.unregister(REGISTRY.register(HookKinds.GUARD, "extra", 0, principal -> {}));
                view.pass(10_000);
                view.hooks().checkSubmission(new PrincipalContext("bob", "", "", "user", List.of()));
            }
        });
        assertThat(log).contains("access is open", "guard hook extra did not come back", "is removed");
    }

    @Test
    void hookThatStaysWhileItsViewIsWithdrawnIsNotLoggedAsGone() {
        TestView view = TestView.patient(REGISTRY);
        REGISTRY.register(HookKinds.GUARD, "staying", 0, principal -> {});
        assertThat(logOf(view::close)).doesNotContain("has left");
    }

    @Test
    void anExceptionWhoseMethodsThrowIsLoggedByItsClass() {
        class Broken extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException();
            }

            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException();
            }

            @Override
            public StackTraceElement[] getStackTrace() {
                throw new IllegalStateException();
            }
        }
        assertThat(FailureTrace.of(new Broken(), true)).contains("Broken: (its message cannot be had)");
        assertThat(FailureTrace.of(new Broken(), false)).endsWith("Broken");
    }

    @Test
    void exceptionWithoutFramesOrWithMissingOnesIsLoggedAndTheCallerGets503() {
        class Frameless extends RuntimeException {
            private static final long serialVersionUID = 1L;

            private final transient StackTraceElement[] frames;

            Frameless(StackTraceElement... frames) {
                this.frames = frames;
            }

            @Override
            public StackTraceElement[] getStackTrace() {
                return frames;
            }
        }
        for (Frameless failure :
                List.of(new Frameless((StackTraceElement[]) null), new Frameless(new StackTraceElement[] {null}))) {
            try (TestView view = TestView.patient(REGISTRY)) {
                var broken = REGISTRY.register(HookKinds.IDENTITY, "broken", 0, bearer -> {
                    throw failure;
                });
                assertThat(Calls.outcome(() -> view.hooks().authenticate("t")))
                        .isEqualTo("503 The identity hook of this server failed.");
                REGISTRY.unregister(broken);
            }
        }
    }

    @Test
    void aTraceIsBoundedHoweverDeepLongAndCircularTheException() {
        RuntimeException failure = new RuntimeException("x".repeat(1_000_000));
        for (int i = 0; i < 1_000; i++) {
            failure = new RuntimeException("y".repeat(1_000), failure);
            failure.addSuppressed(new IllegalStateException("z", failure));
        }
        assertThat(FailureTrace.of(failure, true)).hasSizeLessThan(250_000);
        StackOverflowError deep = new StackOverflowError();
        deep.setStackTrace(Collections.nCopies(10_000, new StackTraceElement("C", "m", "f", 1))
                .toArray(new StackTraceElement[0]));
        assertThat(FailureTrace.of(deep, true)).hasSizeLessThan(10_000).endsWith("and 9940 more");
    }
}
