package id.lum.flowmesh.internal.delivery;

import static id.lum.flowmesh.internal.delivery.Delivery.ERROR;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Answer;
import id.lum.fakes.Attempt;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.ScriptedResult;
import id.lum.flowmesh.internal.outbox.DeadLetter;
import id.lum.flowmesh.internal.outbox.OutboxMaintenance;
import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of rows, by a real outbox and a real Runmesh. */
class DeliveryLoopTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final ScriptedResult REFUSED = ScriptedResult.refusing(FakeRunmesh.UNKNOWN_USER);

    @TempDir
    Path folder;

    private Delivery delivery;
    private FakeRunmesh runmesh;

    @BeforeEach
    void start() {
        delivery = new Delivery(folder);
        runmesh = delivery.runmesh;
    }

    @AfterEach
    void stop() {
        delivery.close();
    }

    private List<DeadLetter> deadLetters() {
        return delivery.outbox().deadLetters().list(100);
    }

    private String reason(String task) {
        return deadLetters().stream()
                .filter(letter -> letter.taskId().equals(task))
                .map(DeadLetter::reason)
                .findFirst()
                .orElseThrow();
    }

    // An operator in a hurry

    @Test
    void flushedAfterARetryAfterRunmeshIsAskedAtOnce() {
        runmesh.entries().next(ScriptedResult.refusing(Answer.retryAfter(503, 7200)));
        delivery.emit("a", "a1");
        Await.until(
                "it is left alone", () -> delivery.loop().status().openUntil().isPresent());
        delivery.awaitIdle();
        assertThat(delivery.tries("a1")).isEqualTo(1);
        delivery.loop().flush();
        delivery.awaitDelivered("a1");
        assertThat(delivery.loop().status().openUntil()).isEmpty();
    }

    @Test
    void flushedARefusedRowIsTriedAtOnceAndItsPrincipalsOtherRowsFollowIt() {
        runmesh.task("a1").next(REFUSED);
        delivery.emit("a", "a1", "a2");
        Await.until("a1 is refused", () -> "1".equals(delivery.queue("a", "refusals")));
        assertThat(delivery.outbox().queues(9)).singleElement().satisfies(queue -> {
            assertThat(queue.taskId()).isEqualTo("a1");
            assertThat(queue.rows()).isEqualTo(2);
            assertThat(queue.refusals()).isEqualTo(1);
            assertThat(queue.lastError())
                    .hasValueSatisfying(said -> assertThat(said).contains("unknown user"));
        });
        delivery.loop().flush();
        delivery.awaitEmpty();
        assertThat(runmesh.ledger().tasksOf("a")).containsExactly("a1", "a2");
        assertThat(delivery.tries("a1")).isEqualTo(2);
    }

    @Test
    void howeverOftenItIsFlushedARefusedRowIsNotSetAsideBeforeADayIsOver() {
        runmesh.task("a1").always(REFUSED);
        delivery.emit("a", "a1");
        for (int tries = 1; tries <= 2 * Delivery.REFUSALS; tries++) {
            String refusals = String.valueOf(tries);
            Await.until("it is refused again", () -> refusals.equals(delivery.queue("a", "refusals")));
            delivery.loop().flush();
        }
        assertThat(deadLetters()).isEmpty();
        delivery.awaitIdle();
        delivery.pass(DAY);
        Await.until("it is set aside", () -> deadLetters().size() == 1);
    }

    @Test
    void flushedRowsOfSomebodyWhoIsNotKnownWaitOn() {
        delivery.emitWithoutEmail("a", "a1");
        Await.until("they are held", () -> delivery.outbox().metrics().withoutEmail() == 1);
        delivery.loop().flush();
        delivery.round();
        assertThat(delivery.outbox().queues(9))
                .singleElement()
                .satisfies(queue -> assertThat(queue.held()).isTrue());
        assertThat(runmesh.requests()).isZero();
    }

    // Order

    @Test
    void rowsOfOnePrincipalGoOneAfterTheOtherWhileOthersGoBesideThem() {
        ScriptedResult held = ScriptedResult.accepting(FakeRunmesh.OK.afterRelease());
        runmesh.task("a1").next(held);
        runmesh.task("b1").next(held);
        delivery.emit("a", "a1", "a2", "a3");
        delivery.emit("b", "b1", "b2");
        delivery.emit("c", "c1", "c2");
        delivery.awaitDelivered("a1", "b1", "c1", "c2");
        Await.until("two are under way", () -> delivery.loop().status().underWay() == 2);
        assertThat(delivery.tries("a2") + delivery.tries("b2")).isZero();
        runmesh.release();
        delivery.awaitEmpty();
        assertThat(runmesh.ledger().tasksOf("a")).containsExactly("a1", "a2", "a3");
        assertThat(runmesh.ledger().tasksOf("b")).containsExactly("b1", "b2");
        assertThat(runmesh.ledger().attempts()).hasSize(7);
    }

    @Test
    void noMoreThanEightAreUnderWayAtOnce() {
        runmesh.entries().always(ScriptedResult.accepting(FakeRunmesh.OK.afterRelease()));
        for (int i = 0; i < 20; i++) {
            delivery.emit("p" + i, "t" + i);
        }
        Await.until("eight are held", () -> runmesh.held() == 8);
        assertThat(delivery.loop().status().underWay()).isEqualTo(8);
        assertThat(runmesh.requests()).isEqualTo(8);
        runmesh.entries().normal();
        runmesh.release();
        delivery.awaitEmpty();
    }

    // Addresses

    @Test
    void aRowOfSomebodyUnknownBlocksItsPrincipalAloneUntilThatIsSeen() {
        delivery.emitWithoutEmail("bob", "b1", "b2");
        delivery.emit("eve", "e1");
        delivery.awaitDelivered("e1");
        delivery.awaitIdle();
        assertThat(delivery.outbox().metrics().withoutEmail()).isEqualTo(1);
        delivery.directory.put("bob", "bob@example.com");
        delivery.pass(OutboxMaintenance.HELD_CHECK);
        delivery.awaitEmpty();
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("b1", "b2");
    }

    @Test
    void moreHeldRowsThanAreLookedAtAtOnceDoNotStandInTheWay() {
        Outboxes.add(
                delivery.outbox(),
                IntStream.range(0, 2500)
                        .mapToObj(i -> Outboxes.withoutEmail("unknown" + i, "u" + i))
                        .toList(),
                Outboxes.MANY);
        delivery.emit("eve", "e1");
        delivery.awaitDelivered("e1");
        IntStream.range(0, 2500)
                .filter(i -> i % 2 == 0)
                .forEach(i -> delivery.directory.put("unknown" + i, "u@example.com"));
        delivery.passUntil(
                "half are delivered",
                SECOND,
                MINUTE,
                () -> delivery.outbox().metrics().pending() == 1250);
        assertThat(runmesh.ledger().entries()).hasSize(1251);
    }

    @Test
    void anAddressThatWasKnownWhenTheRowWasEmittedSurvivesARestart() {
        runmesh.stop();
        delivery.emit("bob", "b1", "b2");
        delivery.directory.clear();
        delivery.reopen();
        runmesh.comeBack();
        delivery.passUntil(
                "both are delivered", SECOND, HOUR, () -> delivery.outbox().isEmpty());
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("b1", "b2");
    }

    // Refusals

    @Test
    void aRefusedRowIsTriedTenTimesOverADayAndThenTheNextOneGoes() {
        runmesh.task("t1").always(REFUSED);
        delivery.emit("bob", "t1", "t2");
        delivery.passUntil(
                "it is set aside",
                MINUTE,
                DAY.multipliedBy(3),
                () -> delivery.outbox().metrics().deadLetters() > 0);
        delivery.awaitEmpty();
        assertThat(delivery.tries("t1")).isEqualTo(Delivery.REFUSALS);
        DeadLetter letter = deadLetters().get(0);
        assertThat(Duration.between(letter.emittedAt(), letter.diedAt())).isBetween(DAY, DAY.plus(HOUR));
        assertThat(letter.reason()).contains("refused it 10 times", "unknown user");
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("t2");
    }

    @Test
    void aRowThatIsRefusedUntilItsUserIsProvisionedIsDelivered() {
        runmesh.user("bob").next(REFUSED, REFUSED, REFUSED);
        delivery.emit("bob", "t1", "t2");
        delivery.passUntil(
                "both are delivered", MINUTE, DAY, () -> delivery.outbox().isEmpty());
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("t1", "t2");
        assertThat(delivery.tries("t1")).isEqualTo(4);
    }

    @Test
    void aRefusedRowIsNotHurriedByAClockThatIsSetBack() {
        runmesh.task("t1").always(REFUSED);
        delivery.emit("bob", "t1");
        delivery.passUntil("it was refused often", MINUTE, DAY, () -> delivery.tries("t1") == 9);
        delivery.pass(DAY.multipliedBy(-400));
        for (int i = 0; i < 20; i++) {
            delivery.awaitIdle();
        }
        assertThat(delivery.tries("t1")).isLessThanOrEqualTo(11);
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void aRowThatIsRefusedForGoodIsSetAsideAtOnceAndTheNextOneGoes() {
        runmesh.task("t1").always(ScriptedResult.refusing(Answer.of(422, "{\"msg\":\"no such task\"}")));
        delivery.emit("bob", "t1", "t2");
        delivery.awaitEmpty();
        assertThat(delivery.tries("t1")).isEqualTo(1);
        assertThat(deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason()).contains("for good", "422", "no such task"));
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("t2");
    }

    @Test
    void aRetriedDeadLetterGoesLast() {
        runmesh.task("t1").next(ScriptedResult.refusing(Answer.of(400, "")));
        ScriptedResult held = ScriptedResult.accepting(FakeRunmesh.OK.afterRelease());
        runmesh.task("t2").next(held);
        delivery.emit("bob", "t1", "t2", "t3");
        Await.until("t2 is held", () -> runmesh.held() == 1);
        delivery.directory.put("bob", "bob@example.com");
        assertThat(delivery.outbox().deadLetters().retryAll()).isEqualTo(1);
        runmesh.release();
        delivery.awaitEmpty();
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("t2", "t3", "t1");
        assertThat(delivery.outbox().isEmpty()).isTrue();
    }

    // The other side

    private void survives(Runnable breaking, Runnable mending) {
        breaking.run();
        for (int i = 0; i < 20; i++) {
            delivery.emit("p" + i % 5, "t" + i);
        }
        for (Duration passed = Duration.ZERO; passed.compareTo(HOUR) < 0; passed = passed.plus(MINUTE)) {
            delivery.awaitIdle();
            delivery.pass(MINUTE);
        }
        delivery.awaitIdle();
        assertThat(runmesh.ledger().entries()).isEmpty();
        assertThat(delivery.outbox().metrics().pending()).isEqualTo(20);
        assertThat(runmesh.requests()).as("it is left alone").isLessThan(200);
        mending.run();
        delivery.passUntil(
                "all are delivered", SECOND, MINUTE, () -> delivery.outbox().isEmpty());
        assertThat(runmesh.ledger().entries()).hasSize(20);
        for (int i = 0; i < 5; i++) {
            assertThat(runmesh.ledger().tasksOf("p" + i))
                    .containsExactly("t" + i, "t" + (i + 5), "t" + (i + 10), "t" + (i + 15));
        }
    }

    @Test
    void anHourOfWrongSecretsKillsNoRow() {
        survives(() -> runmesh.secret("another"), () -> runmesh.secret(Delivery.SECRET));
    }

    @Test
    void anHourOfPagesAtStatus200KillsNoRow() {
        survives(
                () -> runmesh.entries().always(ScriptedResult.refusing(Answer.html())),
                () -> runmesh.entries().normal());
    }

    @Test
    void anHourOfAbsenceLosesNothingAndSendsNothingTwice() {
        survives(runmesh::stop, runmesh::comeBack);
        assertThat(runmesh.ledger().attempts()).hasSize(20);
    }

    @Test
    void afterALongAbsenceTheOnlyPrincipalThatWaitsIsServedWithinAMinute() {
        runmesh.entries().always(ERROR);
        delivery.emit("bob", "t1");
        for (int i = 0; i < 180; i++) {
            delivery.awaitIdle();
            delivery.pass(MINUTE);
        }
        delivery.awaitIdle();
        runmesh.entries().normal();
        delivery.passUntil(
                "it is delivered", SECOND, MINUTE, () -> delivery.outbox().isEmpty());
    }

    @Test
    void anOutageOfRunmeshLeavesALineAtItsBeginningAndOneAtItsEndThatCounts() {
        try (CapturedLog log = CapturedLog.without(" org.apache.hc.")) {
            runmesh.entries().always(ERROR);
            delivery.emit("bob", "t1");
            delivery.awaitIdle();
            for (int i = 0; i < 20; i++) {
                delivery.passUntilProbe();
                delivery.awaitIdle();
            }
            runmesh.entries().normal();
            delivery.passUntilProbe();
            delivery.awaitEmpty();
            assertThat(log.lines().stream().filter(line -> line.matches(".*] (INFO|WARN|ERROR) .*")))
                    .satisfiesExactly(
                            begin -> assertThat(begin).contains(" WARN ", "gives no usable answer: status 500"),
                            end -> assertThat(end)
                                    .contains(" INFO ", "Runmesh answers again after 21 failures in 1260 s;"));
            assertThat(delivery.tries("t1")).isEqualTo(22);
        }
    }

    @Test
    void afterARestartNobodyWaitsForAnOutageThatMayBeOver() {
        runmesh.entries().always(ERROR);
        delivery.emit("bob", "t1");
        for (int i = 0; i < 30; i++) {
            delivery.awaitIdle();
            delivery.pass(MINUTE);
        }
        delivery.awaitIdle();
        runmesh.entries().normal();
        delivery.reopen();
        delivery.awaitEmpty();
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("t1");
    }

    private enum Hope {
        RESTART,
        FLUSH
    }

    @ParameterizedTest
    @EnumSource(Hope.class)
    void whoHopesTooEarlyThatAnOutageIsOverIsServedWithinAMinuteOfItsEnd(Hope hope) {
        runmesh.entries().always(ERROR);
        delivery.emit("bob", "t1");
        delivery.awaitIdle();
        for (int i = 0; i < 10; i++) {
            if (hope == Hope.FLUSH) {
                delivery.loop().flush();
            } else {
                delivery.reopen();
            }
            delivery.awaitIdle();
        }
        runmesh.entries().normal();
        delivery.passUntil(
                "it is delivered", SECOND, MINUTE, () -> delivery.outbox().isEmpty());
    }

    @Test
    void anAnswerThatIsLostAfterAcceptanceCountsOnce() {
        runmesh.task("t1").next(ScriptedResult.accepting(Answer.closing()), ScriptedResult.accepting(Answer.cutHead()));
        delivery.emit("bob", "t1", "t2");
        delivery.passUntil(
                "both are delivered", SECOND, HOUR, () -> delivery.outbox().isEmpty());
        assertThat(runmesh.ledger().attempts("t1"))
                .extracting(Attempt::outcome)
                .containsExactly(Attempt.Outcome.ACCEPTED, Attempt.Outcome.DUPLICATE, Attempt.Outcome.DUPLICATE);
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("t1", "t2");
        assertThat(runmesh.ledger().conflicts()).isEmpty();
    }

    @Test
    void aServerThatAsksToBeLeftAloneIsUntilThen() {
        runmesh.entries().next(ScriptedResult.refusing(Answer.retryAfter(503, 7200)));
        delivery.emit("bob", "t1", "t2");
        delivery.emit("eve", "e1");
        Await.until(
                "it is left alone", () -> delivery.loop().status().openUntil().isPresent());
        delivery.awaitIdle();
        int asked = runmesh.requests();
        delivery.pass(HOUR.multipliedBy(2).minus(MINUTE));
        delivery.awaitIdle();
        assertThat(runmesh.requests()).isEqualTo(asked);
        delivery.pass(MINUTE.multipliedBy(2));
        delivery.awaitEmpty();
        assertThat(runmesh.ledger().entries()).hasSize(3);
    }

    @Test
    void threeRowsThatRunmeshChokesOnAreAskedEverLessOftenWhileOthersGo() {
        for (String choking : List.of("x", "y", "z")) {
            runmesh.user(choking).always(ERROR);
            delivery.emit(choking, choking + "1");
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            delivery.emit("bob", "t" + i);
            all.add("t" + i);
            delivery.pass(SECOND.multipliedBy(2));
            delivery.awaitIdle();
        }
        delivery.passUntil(
                "the others are delivered",
                SECOND,
                MINUTE,
                () -> runmesh.ledger().entries().size() == 300);
        assertThat(runmesh.ledger().tasksOf("bob")).isEqualTo(all);
        assertThat(delivery.tries("x1")).isBetween(5, 30);
    }

    @Test
    void whoeverIsWellDoesNotWaitBehindThirtyRowsThatRunmeshChokesOn() {
        for (int i = 0; i < 30; i++) {
            runmesh.user("x" + i).always(ERROR);
            delivery.emit("x" + i, "x" + i);
        }
        delivery.passUntil("many have failed", SECOND, HOUR, () -> runmesh.requests() > 20);
        for (int i = 0; i < 20; i++) {
            delivery.emit("bob", "t" + i);
            int billed = i + 1;
            delivery.passUntil(
                    "t" + i + " is delivered",
                    SECOND,
                    MINUTE,
                    () -> runmesh.ledger().entries().size() == billed);
        }
        int tries = runmesh.requests();
        delivery.passUntil(
                "the others are tried too", SECOND, MINUTE.multipliedBy(20), () -> runmesh.requests() >= tries + 30);
    }

    @Test
    void whatFailedBeforeIsNotForgottenOverManyThatAreWell() {
        runmesh.task("x").next(ERROR);
        delivery.emit("eve", "x");
        delivery.awaitIdle();
        for (int i = 0; i < 500; i++) {
            delivery.emit("bob" + i, "t" + i + "-1", "t" + i + "-2");
        }
        delivery.clock.move(MINUTE);
        delivery.awaitEmpty();
        List<String> tasks =
                runmesh.ledger().entries().stream().map(entry -> entry.taskId()).toList();
        assertThat(tasks).hasSize(1001);
        assertThat(tasks.indexOf("x")).isLessThan(500);
    }

    @Test
    void whileAProbeIsUnderWayTheDeliveryRests() {
        runmesh.entries().always(ERROR);
        delivery.emit("bob", "t1");
        delivery.emit("eve", "e1");
        delivery.emit("joe", "j1");
        delivery.awaitIdle();
        runmesh.entries().always(ScriptedResult.refusing(Answer.silent()));
        delivery.passUntilProbe();
        long reads = delivery.clock.readings();
        delivery.emit("kim", "k1");
        delivery.round();
        delivery.round();
        assertThat(delivery.clock.readings() - reads).isLessThan(100);
    }

    // Retention

    @Test
    void whatOutlivesTheRetentionIsSetAsideWithTheReason() {
        runmesh.user("bob").always(ERROR);
        delivery.emit("bob", "b1", "b2");
        delivery.emitWithoutEmail("eve", "e1", "e2");
        delivery.awaitIdle();
        delivery.pass(Delivery.RETENTION.minus(HOUR));
        delivery.awaitIdle();
        assertThat(deadLetters()).isEmpty();
        // One that is under way is looked at again an hour later.
        delivery.passUntil(
                "they are set aside",
                HOUR,
                HOUR.multipliedBy(4),
                () -> delivery.outbox().metrics().deadLetters() == 4);
        assertThat(deadLetters())
                .allSatisfy(letter -> assertThat(letter.reason()).contains("30 days"));
        assertThat(reason("e1")).contains("address of its principal is not known");
        assertThat(reason("e2")).contains("address of its principal is not known");
        assertThat(reason("b1")).contains("status 500", "oops");
        assertThat(delivery.outbox().metrics().pending()).isZero();
    }

    @Test
    void aRowThatIsUnderWayDoesNotDieOfAge() {
        runmesh.task("t1").next(ScriptedResult.accepting(FakeRunmesh.OK.afterRelease()));
        delivery.emit("bob", "t1");
        Await.until("it is under way", () -> runmesh.held() == 1);
        delivery.pass(Delivery.RETENTION.plus(HOUR));
        delivery.round();
        delivery.round();
        runmesh.release();
        delivery.awaitEmpty();
        assertThat(deadLetters()).isEmpty();
    }
}
