package id.lum.flowmesh.internal.delivery;

import static id.lum.flowmesh.internal.delivery.Delivery.ERROR;
import static id.lum.flowmesh.internal.delivery.Delivery.SECRET;
import static id.lum.flowmesh.internal.delivery.Delivery.nowhere;
import static id.lum.flowmesh.internal.delivery.Delivery.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.fakes.Answer;
import id.lum.fakes.Entry;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.ScriptedResult;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.testing.Await;
import id.lum.testing.Background;
import id.lum.testing.CapturedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings change, the loop is closed, the disk fails, while rows come and go: none is lost. */
class DeliveryChangesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final FakeRunmesh other = FakeRunmesh.start("another secret");
    private Delivery delivery;
    private FakeRunmesh runmesh;

    @BeforeEach
    void start() {
        delivery = new Delivery(folder, Duration.ofMinutes(1));
        runmesh = delivery.runmesh;
    }

    @AfterEach
    void stop() {
        delivery.close();
        other.close();
        assertThat(other.violations()).isEmpty();
    }

    private void drain(FakeRunmesh at) {
        delivery.passUntil(
                "all are delivered", SECOND, HOUR, () -> delivery.outbox().isEmpty());
        assertThat(at.ledger().conflicts()).isEmpty();
    }

    // Settings

    @Test
    void theRightSecretIsTriedAtOnceHoweverLongTheWrongOneWasRefused() {
        delivery.configure(policy(runmesh, "wrong"));
        delivery.emit("a", "a1");
        delivery.emit("b", "b1", "b2");
        for (int i = 0; i < 30; i++) {
            delivery.awaitIdle();
            delivery.pass(Duration.ofMinutes(1));
        }
        delivery.awaitIdle();
        delivery.configure(policy(runmesh, SECRET));
        delivery.awaitEmpty();
        assertThat(runmesh.ledger().entries()).hasSize(3);
    }

    @Test
    void switchedOffRowsWaitAndSwitchedOnTheyGoElsewhere() {
        delivery.configure(nowhere());
        delivery.emit("a", "a1", "a2");
        delivery.awaitIdle();
        delivery.pass(HOUR);
        delivery.awaitIdle();
        assertThat(runmesh.requests()).isZero();
        delivery.configure(policy(other, "another secret"));
        delivery.awaitEmpty();
        assertThat(other.ledger().tasksOf("a")).containsExactly("a1", "a2");
        assertThat(runmesh.requests()).isZero();
    }

    @Test
    void anAnswerOfTheOldRunmeshSaysNothingOfTheNewOne() {
        runmesh.entries()
                .always(ScriptedResult.refusing(Answer.retryAfter(503, 7200).afterRelease()));
        for (int i = 0; i < 8; i++) {
            delivery.emit("p" + i, "t" + i);
        }
        Await.until("all are under way", () -> runmesh.held() == 8);
        delivery.configure(policy(other, "another secret"));
        delivery.round();
        runmesh.release();
        delivery.awaitEmpty();
        assertThat(other.ledger().entries()).hasSize(8);
        assertThat(delivery.loop().status().openUntil()).isEmpty();
        assertThat(delivery.loop().status().lastTrouble()).isEmpty();
    }

    @Test
    void anOpenCircuitOutlivesAnotherPolicyWithTheSameRunmesh() {
        runmesh.entries().next(ScriptedResult.refusing(Answer.retryAfter(503, 7200)));
        delivery.emit("a", "a1");
        Await.until(
                "it is left alone", () -> delivery.loop().status().openUntil().isPresent());
        delivery.configure(new DeliveryPolicy(policy(runmesh, SECRET).runmesh(), Duration.ofDays(7), 3));
        delivery.awaitIdle();
        delivery.pass(HOUR);
        delivery.awaitIdle();
        assertThat(runmesh.requests()).isEqualTo(1);
    }

    @Test
    void aShorterRetentionIsMindedAtOnce() {
        delivery.configure(nowhere());
        delivery.emit("a", "a1");
        delivery.pass(Duration.ofDays(3));
        delivery.awaitIdle();
        assertThat(delivery.outbox().metrics().deadLetters()).isZero();
        delivery.configure(new DeliveryPolicy(nowhere().runmesh(), Duration.ofDays(2), 10));
        Await.until("it is set aside", () -> delivery.outbox().metrics().deadLetters() == 1);
    }

    @Test
    void underLoadNothingIsLostThroughEveryChange() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        List<CompletableFuture<List<String>>> emitters = new ArrayList<>();
        for (int worker = 0; worker < 4; worker++) {
            String principal = "p" + worker;
            emitters.add(Background.start(() -> {
                List<String> tasks = new ArrayList<>();
                while (!enough.get()) {
                    String task = principal + "-" + tasks.size();
                    delivery.emit(principal, task);
                    tasks.add(task);
                }
                return tasks;
            }));
        }
        for (int i = 0; i < 3; i++) {
            for (DeliveryPolicy next : List.of(
                    policy(runmesh, "wrong"),
                    policy(runmesh, SECRET),
                    nowhere(),
                    policy(other, "another secret"),
                    policy(other, SECRET),
                    policy(runmesh, SECRET))) {
                int asked = runmesh.requests() + other.requests();
                delivery.configure(next);
                // Not more than one: with a wrong secret three answers end it, until time passes.
                Await.until(
                        "some are sent",
                        () -> next.runmesh().isEmpty() || runmesh.requests() + other.requests() > asked);
                delivery.pass(SECOND);
            }
        }
        enough.set(true);
        Map<String, List<String>> emitted = new TreeMap<>();
        for (int worker = 0; worker < emitters.size(); worker++) {
            emitted.put("p" + worker, Await.result(emitters.get(worker)));
        }
        drain(runmesh);
        emitted.forEach((principal, tasks) -> {
            List<String> here = runmesh.ledger().tasksOf(principal);
            List<String> there = other.ledger().tasksOf(principal);
            // In either ledger they are in order, and what is in neither is lost.
            assertThat(tasks.stream().filter(here::contains).toList()).isEqualTo(here);
            assertThat(tasks.stream().filter(there::contains).toList()).isEqualTo(there);
            assertThat(tasks).allMatch(task -> here.contains(task) || there.contains(task));
        });
        assertThat(delivery.outbox().deadLetters().list(1)).isEmpty();
    }

    // Closing

    @Test
    void rowsUnderWayAtTheCloseAreSentAgainAndTheirExchangesEnd() {
        runmesh.entries().always(ScriptedResult.accepting(FakeRunmesh.OK.afterRelease()));
        for (int i = 0; i < 12; i++) {
            delivery.emit("p" + i % 9, "t" + i);
        }
        Await.until("some are under way", () -> runmesh.held() == 8);
        runmesh.entries().normal();
        long start = System.nanoTime();
        delivery.reopen();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        delivery.awaitEmpty();
        assertThat(runmesh.ledger().entries()).hasSize(12);
        assertThat(runmesh.ledger().conflicts()).isEmpty();
        runmesh.release();
    }

    @Test
    void closedAgainAndAgainUnderLoadNothingIsLost() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<List<String>> emitter = Background.start(() -> {
            List<String> tasks = new ArrayList<>();
            int tried = 0;
            while (!enough.get()) {
                String task = "t" + tried++;
                try {
                    delivery.emit("bob", task);
                    tasks.add(task);
                } catch (StoreUnavailable closed) {
                    // The host still has it.
                }
            }
            return tasks;
        });
        for (int i = 0; i < 10; i++) {
            int asked = runmesh.requests();
            Await.until("some are sent", () -> runmesh.requests() > asked + 3);
            delivery.reopen();
        }
        enough.set(true);
        List<String> acknowledged = Await.result(emitter);
        drain(runmesh);
        List<String> billed = new ArrayList<>(runmesh.ledger().tasksOf("bob"));
        billed.retainAll(acknowledged);
        assertThat(billed).isEqualTo(acknowledged);
    }

    // The disk

    @Test
    void whileTheDiskFailsNothingIsLostAndAfterwardsDeliveryGoesOn() throws Exception {
        List<String> tasks = new ArrayList<>();
        ScriptedResult held = ScriptedResult.accepting(FakeRunmesh.OK.afterRelease());
        for (int i = 0; i < 8; i++) {
            runmesh.task("t" + i).next(held);
            delivery.emit("p" + i, "t" + i, "u" + i);
            tasks.addAll(List.of("t" + i, "u" + i));
        }
        Await.until("they are under way", () -> runmesh.held() == 8);
        try (CapturedLog log = new CapturedLog()) {
            delivery.failWrites();
            runmesh.release();
            Await.until("the trouble is told", () -> log.text().contains("Usage rows wait: "));
            assertThatThrownBy(() -> delivery.emit("bob", "b1")).isInstanceOf(StoreUnavailable.class);
            for (int i = 0; i < 20; i++) {
                delivery.round();
            }
            assertThat(log.text().split("Usage rows wait: ", -1))
                    .as("told once")
                    .hasSize(2);
            delivery.mendWrites();
            drain(runmesh);
        }
        assertThat(runmesh.ledger().entries()).extracting(Entry::taskId).containsExactlyInAnyOrderElementsOf(tasks);
        assertThat(runmesh.ledger().attempts()).as("none was sent again").hasSize(16);
    }

    @Test
    void anErrorOfTheDirectoryEndsNothing() {
        AtomicBoolean failing = new AtomicBoolean(true);
        delivery.directory(principal -> {
            if (failing.get()) {
                throw new NoClassDefFoundError("updated meanwhile");
            }
            return "bob@example.com";
        });
        try (CapturedLog log = new CapturedLog()) {
            delivery.emitWithoutEmail("bob", "b1");
            delivery.loop().wake();
            Await.until("it was told", () -> log.text().contains("something unexpected"));
        }
        failing.set(false);
        delivery.loop().wake();
        delivery.awaitEmpty();
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("b1");
    }

    @Test
    void theDeliveryOfAnOutboxThatWasClosedUnderItEnds() {
        delivery.runmesh.entries().always(ERROR);
        delivery.emit("bob", "b1");
        delivery.outbox().close();
        delivery.reopen();
        runmesh.entries().normal();
        drain(runmesh);
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("b1");
    }
}
