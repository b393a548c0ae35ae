package id.lum.engine.internal;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.SubmissionGuard;
import id.lum.testing.CapturedLog;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.ServiceRegistration;

/** The set-up of tests that call guards, and read in the log what an operator learns of it. */
abstract class LoggedGuards {
    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private static final PrincipalContext BOB = new PrincipalContext("bob", "demo", "", "user", List.of());

    CapturedLog log;

    @BeforeEach
    void capture() {
        log = new CapturedLog();
    }

    @AfterEach
    void release() {
        log.close();
    }

    static ServiceRegistration<?> guard(String name, SubmissionGuard guard) {
        return REGISTRY.register(HookKinds.GUARD, name, 0, guard);
    }

    static String check(TestView view) {
        return Calls.outcome(() -> view.hooks().checkSubmission(BOB));
    }
}
