package id.lum.support.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.support.lifecycle.StopDeadline;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnerLifecycleTest {
    private static final Map<String, Object> ONE = Map.of("p", "1");
    private static final Map<String, Object> TWO = Map.of("p", "2");

    /** Retries run when the test says so. */
    private static final class ManualTimer implements OwnerLifecycle.RetryExecutorFactory {
        private final Queue<Runnable> due = new ArrayDeque<>();
        private final List<Long> delays = new ArrayList<>();
        private final List<ScheduledExecutorService> started = new ArrayList<>();

        @Override
        public ScheduledExecutorService start() {
            ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(0) {
                @Override
                public ScheduledFuture<?> schedule(Runnable retry, long delay, TimeUnit unit) {
                    due.add(retry);
                    delays.add(unit.toSeconds(delay));
                    return null;
                }
            };
            started.add(timer);
            return timer;
        }

        void runNext() {
            due.remove().run();
        }

        boolean isShutDown() {
            return started.stream().allMatch(ScheduledExecutorService::isShutdown);
        }
    }

    /** Throws as often as it is told to. */
    private final class Brittle implements SingletonConfiguration.Owner {
        private Brittle(Map<String, Object> properties) {
            call("open", properties);
        }

        @Override
        public void apply(Map<String, Object> properties) {
            call("apply", properties);
            awaitUninterruptibly(inChange);
        }

        @Override
        public void stopDuringChange(StopDeadline deadline) {
            calls.add("stop");
            toldToEnd.countDown();
        }

        @Override
        public void close(StopDeadline deadline) {
            calls.add("close");
        }
    }

    private final ManualTimer timer = new ManualTimer();
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    /** A change ends when this is at 0. */
    private volatile CountDownLatch inChange = new CountDownLatch(0);
    /** What an owner counts down that is told to end in the middle of a change. */
    private volatile CountDownLatch toldToEnd = new CountDownLatch(0);

    private int failures;
    private final OwnerLifecycle lifecycle = new OwnerLifecycle("id.lum.test", Brittle::new, timer);
    private CapturedLog log;

    private void call(String name, Map<String, Object> properties) {
        calls.add(name + " " + properties.get("p"));
        if (failures > 0) {
            failures--;
            throw new IllegalStateException("not now");
        }
    }

    @BeforeEach
    void captureLog() {
        log = new CapturedLog();
    }

    @AfterEach
    void releaseLog() {
        log.close();
    }

    @Test
    void changeThatThrowsTwiceIsAppliedByItselfAndLoggedOnce() {
        lifecycle.updated(ONE);
        failures = 2;
        lifecycle.updated(TWO);
        timer.runNext();
        assertThat(timer.isShutDown()).isFalse();
        timer.runNext();

        assertThat(calls).containsExactly("open 1", "apply 2", "apply 2", "apply 2");
        assertThat(timer.delays).containsExactly(1L, 2L);
        assertThat(timer.isShutDown()).isTrue();
        assertThat(timer.due).isEmpty();
        assertThat(log.errors())
                .singleElement()
                .asString()
                .contains("id.lum.test: it is not wholly in force. It will be tried again.");
        assertThat(log.linesWith(" INFO ")).singleElement().asString().contains("id.lum.test is in force now.");
    }

    /** A configuration whose origin cannot be found out as often as it is told to. */
    private static final class Nameless extends AbstractMap<String, Object> {
        private int failures = 2;

        @Override
        public Object get(Object name) {
            if (name.equals("service.pid") && failures > 0) {
                failures--;
                throw new OutOfMemoryError("for a test");
            }
            return super.get(name);
        }

        @Override
        public Set<Map.Entry<String, Object>> entrySet() {
            return TWO.entrySet();
        }
    }

    @Test
    void changeThatThrowsIsTriedAgainThoughTheLineInTheLogFailsEachTime() {
        lifecycle.updated(ONE);
        failures = 2;
        Map<String, Object> nameless = new Nameless();
        assertThatThrownBy(() -> lifecycle.updated(nameless)).isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(timer::runNext).isInstanceOf(OutOfMemoryError.class);
        timer.runNext();

        assertThat(calls).containsExactly("open 1", "apply 2", "apply 2", "apply 2");
        assertThat(timer.delays).containsExactly(1L, 2L);
        assertThat(timer.isShutDown()).isTrue();
    }

    @Test
    void pausesGrowToHalfAMinute() {
        failures = 8;
        lifecycle.updated(ONE);
        while (!timer.due.isEmpty()) {
            timer.runNext();
        }

        assertThat(timer.delays).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
        assertThat(calls).hasSize(9).containsOnly("open 1");
    }

    @Test
    void changeThatThrewIsNotTriedAgainAfterTheNext() {
        lifecycle.updated(ONE);
        failures = 1;
        lifecycle.updated(TWO);
        lifecycle.updated(ONE);
        timer.runNext();

        assertThat(calls).containsExactly("open 1", "apply 2", "apply 1");
        assertThat(timer.isShutDown()).isTrue();
    }

    @Test
    void changeThatThrewIsNotTriedAgainAfterTheDeletion() {
        lifecycle.updated(ONE);
        failures = 1;
        lifecycle.updated(TWO);
        lifecycle.close(StopDeadline.unhurried());
        timer.runNext();

        assertThat(calls).containsExactly("open 1", "apply 2", "close");
        assertThat(timer.isShutDown()).isTrue();
    }

    @Test
    void ownerThatIsMadeAfterTheDeletionGaveUpWaitingForItIsClosed() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        OwnerLifecycle slow = new OwnerLifecycle(
                "id.lum.test",
                properties -> {
                    begun.countDown();
                    awaitUninterruptibly(hangs);
                    return new Brittle(properties);
                },
                timer);
        Thread delivery = new Thread(() -> slow.updated(ONE), "delivery");
        delivery.start();
        begun.await();
        slow.close(StopDeadline.within(Duration.ZERO, System::nanoTime));
        assertThat(calls).as("while it hangs").isEmpty();
        hangs.countDown();
        delivery.join();

        assertThat(calls).containsExactly("open 1", "close");
        assertThat(timer.isShutDown()).isTrue();
    }

    @Test
    void changeThatWaitsAtAStopIsToldToEndAndItsOwnerIsClosed() throws Exception {
        Thread delivery = changeThatWaits();
        toldToEnd = inChange;
        lifecycle.end();
        // A deadline that never comes: it returns because the change has ended.
        lifecycle.close(StopDeadline.within(Duration.ofSeconds(1), () -> 0));
        delivery.join();
        assertThat(calls).containsExactly("open 1", "apply 2", "stop", "close");
    }

    private Thread changeThatWaits() throws Exception {
        lifecycle.updated(ONE);
        inChange = new CountDownLatch(1);
        Thread delivery = new Thread(() -> lifecycle.updated(TWO), "delivery");
        delivery.start();
        Await.until("it changes", () -> calls.contains("apply 2"));
        return delivery;
    }

    @Test
    void ownerThatWasToldToEndIsClosedAndTheNextConfigurationGetsAnotherThoughTheDeletionGaveUp() throws Exception {
        Thread delivery = changeThatWaits();
        lifecycle.close(StopDeadline.within(Duration.ZERO, System::nanoTime));
        Thread next = new Thread(() -> lifecycle.updated(ONE), "next delivery");
        next.start();
        Await.until("it waits for the change", () -> next.getState() == Thread.State.WAITING);
        inChange.countDown();
        delivery.join();
        next.join();
        assertThat(calls).containsExactly("open 1", "apply 2", "stop", "close", "open 1");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void nothingIsAppliedOrTriedAgainAfterTheEnd() {
        lifecycle.updated(ONE);
        failures = 1;
        lifecycle.updated(TWO);
        lifecycle.end();
        timer.runNext();
        lifecycle.updated(ONE);
        lifecycle.close(StopDeadline.unhurried());

        assertThat(calls).containsExactly("open 1", "apply 2", "close");
        assertThat(timer.isShutDown()).isTrue();
    }
}
