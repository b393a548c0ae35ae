package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceRegistration;

/** A hook that does not return: its callers wait, and the log says for whom. */
class HungCallsTest extends LoggedGuards {
    private static final long PERIOD = 10_000;

    private final CountDownLatch called = new CountDownLatch(2);
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void letCallsReturn() {
        released.countDown();
    }

    private ServiceRegistration<?> hanging() {
        return guard("opening-hour", principal -> {
            called.countDown();
            Await.latch(released);
        });
    }

    private static CompletableFuture<String> startCheck(TestView view) {
        return Calls.start(() -> check(view));
    }

    @Test
    void callsThatDoNotReturnAreWarnedAboutOnceAndTheirEndIsOneLine() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            hanging();
            List<CompletableFuture<String>> calls = List.of(startCheck(view), startCheck(view));
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
            List<CompletableFuture<String>> calls = List.of(startCheck(view), startCheck(view));
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
                assertThat(check(view)).isEqualTo("yes");
                view.look(PERIOD);
            }
            assertThat(log.lines()).isEmpty();
        }
    }
}
