package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.PrincipalContext;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.ServiceRegistration;

/** A hook that does not return: its callers wait, and the log says for whom. */
class HungCallsTest {
    private static final PrincipalContext BOB = new PrincipalContext("bob", "demo", "", "user", List.of());
    private static final long PERIOD = 10_000;

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private final CountDownLatch called = new CountDownLatch(2);
    private final CountDownLatch released = new CountDownLatch(1);
    private CapturedLog log;

    @BeforeEach
    void capture() {
        log = new CapturedLog();
    }

    @AfterEach
    void release() {
        released.countDown();
        log.close();
    }

    private ServiceRegistration<?> hanging() {
        return REGISTRY.register(HookKinds.GUARD, "opening-hour", 0, principal -> {
            called.countDown();
            Await.latch(released);
        });
    }

    private CompletableFuture<String> check(TestView view) {
        return Calls.start(() -> view.hooks().checkSubmission(BOB));
    }

    @Test
    void callsThatDoNotReturnAreWarnedAboutOnceAndTheirEndIsOneLine() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            hanging();
            List<CompletableFuture<String>> calls = List.of(check(view), check(view));
            Await.latch(called);
            log.clear();
            for (int i = 0; i < 3; i++) {
                view.look(PERIOD);
            }
            assertThat(log.lines()).as("before 30 s are over").isEmpty();
            for (int i = 0; i < 5; i++) {
                view.look(PERIOD);
            }
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains(
                            " WARN ",
                            "acme: guard hook opening-hour of the bundle org.apache.felix.framework has not returned from 2 "
                                    + "calls for more than 30 s.");
            log.clear();
            released.countDown();
            for (CompletableFuture<String> call : calls) {
                assertThat(Await.result(call)).isEqualTo("yes");
            }
            view.look(PERIOD);
            view.look(PERIOD);
            assertThat(log.lines()).singleElement().asString().contains(" INFO ", "has returned from every call");
        }
    }

    @Test
    void hookThatHasLeftIsWatchedUntilItsCallsHaveReturned() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            ServiceRegistration<?> hook = hanging();
            List<CompletableFuture<String>> calls = List.of(check(view), check(view));
            Await.latch(called);
            REGISTRY.unregister(hook);
            for (int i = 0; i < 5; i++) {
                view.look(PERIOD);
            }
            assertThat(log.linesWith(" WARN ")).hasSize(1);
            released.countDown();
            for (CompletableFuture<String> call : calls) {
                assertThat(Await.result(call)).isEqualTo("yes");
            }
            view.look(PERIOD);
            assertThat(log.linesWith("has returned from every call")).hasSize(1);
        }
    }

    @Test
    void callsThatReturnAreNotLoggedHoweverMany() {
        try (TestView view = TestView.patient(REGISTRY)) {
            released.countDown();
            hanging();
            log.clear();
            for (int i = 0; i < 20; i++) {
                assertThat(Calls.outcome(() -> view.hooks().checkSubmission(BOB)))
                        .isEqualTo("yes");
                view.look(PERIOD);
            }
            assertThat(log.lines()).isEmpty();
        }
    }
}
