package id.lum.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.IdentityProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
