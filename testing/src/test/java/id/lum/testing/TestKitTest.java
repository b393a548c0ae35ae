package id.lum.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.Hook;
import id.lum.hooks.SubmissionGuard;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class TestKitTest {
    private static final Logger LOG = LoggerFactory.getLogger(TestKitTest.class);

    @Test
    void waitingEndsWhenTheConditionHoldsAndFailsAtTheBound() {
        AtomicInteger asked = new AtomicInteger();
        Await.until("it was asked three times", () -> asked.incrementAndGet() == 3);
        assertThat(asked).hasValue(3);
        assertThatThrownBy(() -> Await.until("never", Duration.ofMillis(5), () -> false))
                .isInstanceOf(AssertionError.class)
                .hasMessage("Waited in vain until never.");
    }

    @Test
    void waitingEndsWithAnInterruptAndWithTheExceptionOfTheCondition() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Await.until("never", () -> false))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("Interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThatThrownBy(() -> Await.until("never", () -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");
    }

    @Test
    void logLinesAreCapturedUntilTheEnd() {
        try (CapturedLog log = new CapturedLog()) {
            assertThat(log.lines()).isEmpty();
            LOG.error("first");
            LOG.info("second");
            assertThat(log.lines()).hasSize(2);
            assertThat(log.errors()).singleElement().asString().endsWith("first");
            assertThat(log.linesWith("second")).hasSize(1);
            log.clear();
            System.out.println("third");
            assertThat(log.text()).isEqualTo("third\n");
        }
    }

    @Test
    void logLinesOfALibraryAreIgnoredIfTheTestSaysSo() {
        try (CapturedLog log = CapturedLog.without("noise")) {
            LOG.error("noise");
            LOG.error("signal");
            assertThat(log.lines()).hasSize(1);
        }
    }

    @Test
    void everythingReachesDownToTheLowestLevel() {
        try (CapturedLog log = CapturedLog.ofEverything()) {
            assertThat(log.lines()).isEmpty();
            LOG.trace("first");
            assertThat(log.text()).containsOnlyOnce("first");
        }
    }

    @Test
    void aLogThatIsNotCapturedFailsTheTestAndPutsTheStreamsBack() {
        PrintStream before = System.err;
        assertThatThrownBy(() -> CapturedLog.without("anybody"))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("Lines at level ERROR are not captured.");
        assertThat(System.err).isSameAs(before);
    }

    @Test
    void aCallInTheBackgroundHandsOverWhatItReturnsOrThrows() throws Exception {
        CountDownLatch tested = new CountDownLatch(1);
        Future<String> call = Background.start(() -> {
            Await.latch(tested);
            return Thread.currentThread().getName();
        });
        tested.countDown();
        assertThat(Await.result(call)).isEqualTo("background");
        Future<String> failing = Background.start(() -> {
            throw new IllegalStateException("broken");
        });
        assertThatThrownBy(() -> Await.result(failing))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("broken");
    }

    @Test
    void aManualClockMovesOnlyByHandAndInBothDirections() {
        ManualClock clock = new ManualClock(Instant.EPOCH);
        long start = clock.nanos();
        clock.move(Duration.ofSeconds(3));
        clock.move(Duration.ofSeconds(-1));
        assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plusSeconds(2));
        assertThat(clock.nanos() - start).isEqualTo(2_000_000_000L);
        assertThat(clock.nanos()).as("past the overflow").isNegative();
        assertThat(clock.readings()).isEqualTo(1);
    }

    @Test
    void threadsThatStartTogetherFailTogether() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        Together.run(thread -> ran.addAndGet(1 << thread));
        assertThat(ran).hasValue(255);
        assertThatThrownBy(() -> Together.run(thread -> {
                    throw new IllegalStateException("thread " + thread);
                }))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("thread 0");
    }

    @Test
    void anEmptyFrameworkRecordsWhatComesAndGoes(@TempDir Path storage) throws Exception {
        try (EmptyFramework framework = new EmptyFramework(storage)) {
            SubmissionGuard guard = principal -> {};
            ServiceRegistration<?> registration = framework
                    .context()
                    .registerService(SubmissionGuard.class, guard, new Hashtable<>(Map.of(Hook.HOST, "flowmesh")));
            assertThat(framework.hook(SubmissionGuard.class, "flowmesh")).isSameAs(guard);
            assertThat(framework.service(SubmissionGuard.class)).contains(guard);
            assertThat(framework.awaitService(SubmissionGuard.class)).isSameAs(guard);
            assertThat(framework.servicesOf("flowmesh")).hasSize(1);
            assertThat(framework.servicesOf("lumilake")).isEmpty();
            assertThatThrownBy(() -> framework
                            .contextRefusing(SubmissionGuard.class)
                            .registerService(SubmissionGuard.class, guard, null))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> framework
                            .contextRefusing(SubmissionGuard.class)
                            .registerService(new String[] {SubmissionGuard.class.getName()}, guard, null))
                    .isInstanceOf(IllegalStateException.class);
            registration.unregister();
            assertThat(framework.newEvents())
                    .containsExactly("+ flowmesh SubmissionGuard", "- flowmesh SubmissionGuard");
        }
    }
}
