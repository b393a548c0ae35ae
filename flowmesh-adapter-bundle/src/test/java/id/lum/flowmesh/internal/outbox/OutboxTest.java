package id.lum.flowmesh.internal.outbox;

import static id.lum.flowmesh.internal.outbox.Outboxes.MANY;
import static id.lum.flowmesh.internal.outbox.Outboxes.MAX_DELAY;
import static id.lum.flowmesh.internal.outbox.Outboxes.emitted;
import static id.lum.flowmesh.internal.outbox.Outboxes.withoutEmail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.testing.ManualClock;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each call promises, on a real file. */
class OutboxTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final ManualClock clock = Outboxes.clock();
    private final AtomicInteger notified = new AtomicInteger();
    private Outbox outbox;

    @BeforeEach
    void open() {
        outbox = Outbox.open(
                Outboxes.settings(directory.resolve("outbox.sqlite"), JournalMode.WAL),
                clock,
                notified::incrementAndGet);
    }

    @AfterEach
    void close() {
        outbox.close();
    }

    private void reopen() {
        outbox.close();
        open();
    }

    private void add(EmittedRow... rows) {
        Outboxes.add(outbox, List.of(rows), MANY);
    }

    private List<PendingRow> due(String... exceptPrincipals) {
        return outbox.due(clock.instant(), 1000, Set.of(exceptPrincipals), MAX_DELAY);
    }

    private List<String> dueTasks(String... exceptPrincipals) {
        return due(exceptPrincipals).stream().map(PendingRow::taskId).toList();
    }

    private PendingRow one(String task) {
        return due().stream()
                .filter(row -> row.taskId().equals(task))
                .findFirst()
                .orElseThrow();
    }

    private long seq(String task) {
        return one(task).seq();
    }

    private void record(Outcome... outcomes) {
        outbox.record(List.of(outcomes));
    }

    private Instant in(Duration wait) {
        return clock.instant().plus(wait);
    }

    private Optional<Instant> nextDue(String... exceptPrincipals) {
        return outbox.nextDue(clock.instant(), Set.of(exceptPrincipals), MAX_DELAY);
    }

    private void holds(long live, long dead, long queues, long held) {
        OutboxMetrics metrics = outbox.metrics();
        assertThat(List.of(metrics.pending(), metrics.deadLetters(), metrics.principals(), metrics.withoutEmail()))
                .as("pending, dead letters, principals, without e-mail")
                .containsExactly(live, dead, queues, held);
    }

    // Adding

    @Test
    void aRowComesBackAsItWasAddedAlsoAfterAReopen() {
        UsageRow row = new UsageRow(
                "",
                "bób'\0",
                Optional.empty(),
                Instant.parse("2026-05-31T23:59:59.123456789Z"),
                new BigDecimal("1E+3"),
                "t\n1",
                1.0E-7,
                1234567890123.25,
                "");
        add(new EmittedRow(row, Optional.of("bob@example.com")));
        reopen();
        PendingRow waiting = one("t\n1");
        assertThat(waiting)
                .isEqualTo(new PendingRow(
                        1,
                        "bób'\0",
                        Optional.of("bob@example.com"),
                        "t\n1",
                        new BigDecimal("1000"),
                        new BigDecimal("0.00000010"),
                        new BigDecimal("1234567890123.25"),
                        "",
                        Outboxes.START,
                        0,
                        Optional.empty(),
                        0));
        assertThat(waiting.runtimeSec().doubleValue()).isEqualTo(1.0E-7);
    }

    @Test
    void rowsOfOnePrincipalAreDueOneAfterTheOtherInTheirOrder() {
        add(emitted("bob", "t1"), emitted("bob", "t2"));
        add(emitted("bob", "t3"));
        List<String> order = new ArrayList<>();
        while (!due().isEmpty()) {
            assertThat(due()).hasSize(1);
            order.addAll(dueTasks());
            record(new Outcome.Delivered(due().get(0).seq()));
        }
        assertThat(order).containsExactly("t1", "t2", "t3");
        assertThat(outbox.isEmpty()).isTrue();
        holds(0, 0, 0, 0);
    }

    @Test
    void whatDoesNotFitIsRefusedAsAWholeAndTheSentenceSaysWhatToDo() {
        Outboxes.add(outbox, List.of(emitted("bob", "t1"), emitted("bob", "t2")), 3);
        record(new Outcome.Dead(seq("t1"), "no"));
        assertThatThrownBy(() -> Outboxes.add(outbox, List.of(emitted("eve", "t3"), emitted("eve", "t4")), 3))
                .isInstanceOf(OutboxFull.class)
                .hasMessageContainingAll("outbox.max.rows", "3", "1 that wait", "1 dead letters", "discard");
        holds(1, 1, 1, 0);
        Outboxes.add(outbox, List.of(emitted("eve", "t3")), 3);
        assertThat(dueTasks()).containsExactlyInAnyOrder("t2", "t3");
    }

    @Test
    void aStoredRowThatWouldBeRefusedTodayIsStillDue() throws Exception {
        add(emitted("bob", "t1"));
        Outboxes.run(
                directory.resolve("outbox.sqlite"), "UPDATE usage_rows SET task_id = ' ', task_status = char(55357)");
        assertThat(dueTasks()).containsExactly(" ");
    }

    @Test
    void manyRowsOfOneCallAreThereInTheirOrderWithTheNewestAddressOfEachPrincipal() throws Exception {
        List<EmittedRow> rows = IntStream.range(0, 47)
                .mapToObj(i -> new EmittedRow(
                        Outboxes.row("p" + i % 3, "t" + i, "1"),
                        i < 40 ? Optional.of("mail-" + i + "@example.com") : Optional.empty()))
                .toList();
        Outboxes.add(outbox, rows, 47);
        assertThat(Outboxes.rows(directory.resolve("outbox.sqlite"), "SELECT task_id FROM usage_rows ORDER BY seq"))
                .isEqualTo(rows.stream().map(row -> row.row().taskId()).toList());
        assertThat(due())
                .extracting(row -> row.email().orElseThrow())
                .containsExactly("mail-39@example.com", "mail-37@example.com", "mail-38@example.com");
        holds(47, 0, 3, 0);
    }

    @Test
    void addingNothingWritesNothing() {
        add();
        assertThat(outbox.metrics().writes()).isZero();
    }

    // Order

    @Test
    void whoHasBeenServedStandsBehindTheOthers() {
        add(emitted("a", "a1"), emitted("a", "a2"), emitted("b", "b1"), emitted("c", "c1"));
        clock.move(MINUTE);
        record(new Outcome.Delivered(seq("a1")));
        assertThat(dueTasks()).containsExactly("b1", "c1", "a2");
    }

    @Test
    void noMoreAreAnsweredThanAskedForAndNoneOfThoseLeftOut() {
        add(emitted("a", "a1"), emitted("b", "b1"), emitted("c", "c1"));
        assertThat(outbox.due(clock.instant(), 2, Set.of("a"), MAX_DELAY))
                .extracting(PendingRow::taskId)
                .containsExactly("b1", "c1");
        assertThat(outbox.due(clock.instant(), 1, Set.of(), MAX_DELAY))
                .extracting(PendingRow::taskId)
                .containsExactly("a1");
        assertThat(outbox.due(clock.instant(), 0, Set.of(), MAX_DELAY)).isEmpty();
    }

    @Test
    void afterTheClockWasSetBackWhoeverWaitsLongerThanAnybodyMayIsDue() {
        add(emitted("a", "a1"), emitted("b", "b1"));
        record(new Outcome.Failed(seq("a1"), "away", in(Duration.ofMinutes(30))));
        clock.move(Duration.ofDays(-1));
        assertThat(dueTasks()).containsExactly("b1", "a1");
        assertThat(nextDue()).contains(clock.instant());
        clock.move(Duration.ofDays(1).minusMinutes(10));
        assertThat(dueTasks("b")).as("within the longest wait it waits").isEmpty();
        assertThat(nextDue("b")).contains(in(Duration.ofMinutes(40)));
    }

    @Test
    void theNextTimeIsThatOfTheEarliestWhoIsNeitherHeldNorLeftOut() {
        assertThat(nextDue()).isEmpty();
        add(emitted("a", "a1"), emitted("b", "b1"), withoutEmail("c", "c1"));
        record(
                new Outcome.Failed(seq("a1"), "away", in(MINUTE)),
                new Outcome.Refused(seq("b1"), "no", in(MINUTE.multipliedBy(2))),
                new Outcome.Held(seq("c1")));
        assertThat(nextDue()).contains(in(MINUTE));
        assertThat(nextDue("a")).contains(in(MINUTE.multipliedBy(2)));
        assertThat(nextDue("a", "b")).isEmpty();
    }

    @Test
    void timesBeyondWhatCanBeStoredDoNotFail() {
        add(emitted("a", "a1"));
        record(new Outcome.Failed(seq("a1"), "away", Instant.MAX));
        assertThat(outbox.due(clock.instant(), 1, Set.of(), Duration.ofSeconds(Long.MAX_VALUE)))
                .isEmpty();
        assertThat(due()).hasSize(1);
    }

    // Outcomes

    @Test
    void aRefusedRowIsCountedWaitsAndBlocksThoseBehindIt() {
        add(emitted("bob", "t1"), emitted("bob", "t2"));
        Instant first = clock.instant();
        record(new Outcome.Refused(seq("t1"), "unknown user", in(MINUTE)));
        assertThat(due()).isEmpty();
        clock.move(MINUTE);
        record(new Outcome.Refused(seq("t1"), "unknown user", in(MINUTE)));
        clock.move(MINUTE);
        reopen();
        assertThat(dueTasks()).containsExactly("t1");
        assertThat(one("t1").refusals()).isEqualTo(2);
        assertThat(one("t1").refusedSince()).contains(first);
        record(new Outcome.Delivered(seq("t1")));
        assertThat(one("t2").refusals()).as("the next one starts anew").isZero();
        assertThat(one("t2").refusedSince()).isEmpty();
    }

    @Test
    void aFailureOfTheOtherSideIsCountedUntilItAnswersAndIsNoRefusal() {
        add(emitted("bob", "t1"), emitted("bob", "t2"));
        for (int failures = 1; failures <= 3; failures++) {
            record(new Outcome.Failed(seq("t1"), "503", in(MINUTE)));
            assertThat(due()).isEmpty();
            clock.move(MINUTE);
            assertThat(one("t1").failures()).isEqualTo(failures);
            assertThat(one("t1").refusals()).isZero();
        }
        record(new Outcome.Refused(seq("t1"), "no", clock.instant()));
        assertThat(one("t1").failures()).isZero();
        record(new Outcome.Failed(seq("t1"), "503", clock.instant()));
        assertThat(one("t1").refusals()).isEqualTo(1);
        record(new Outcome.Delivered(seq("t1")));
        assertThat(one("t2").failures()).isZero();
    }

    @Test
    void aDeadRowBlocksNobodyAndIsKeptWithItsReasonAndWithoutItsAddress() throws Exception {
        add(emitted("bob", "t1"), emitted("bob", "t2"));
        clock.move(MINUTE);
        record(new Outcome.Dead(seq("t1"), "400 \u001b[31mno"));
        assertThat(dueTasks()).containsExactly("t2");
        reopen();
        assertThat(outbox.deadLetters().list(10))
                .containsExactly(new DeadLetter(
                        1, "bob", "t1", new BigDecimal("0.10"), Outboxes.START, clock.instant(), "400 \\u001b[31mno"));
        assertThat(outbox.deadLetters().list(0)).isEmpty();
        holds(1, 1, 1, 0);
        record(new Outcome.Delivered(seq("t2")));
        assertThat(outbox.isEmpty()).as("a dead letter is a row, too").isFalse();
    }

    @Test
    void aHeldRowBlocksThoseBehindItUntilItIsReleased() {
        add(withoutEmail("bob", "t1"), withoutEmail("bob", "t2"), emitted("eve", "e1"));
        record(new Outcome.Held(seq("t1")));
        add(withoutEmail("bob", "t3"));
        reopen();
        assertThat(dueTasks()).containsExactly("e1");
        holds(4, 0, 2, 1);
        notified.set(0);
        outbox.release(List.of("bob", "eve", "nobody", "\ud800"));
        assertThat(notified).hasValue(1);
        assertThat(dueTasks()).containsExactlyInAnyOrder("e1", "t1");
        holds(4, 0, 2, 0);
    }

    @Test
    void anAddressReleasesAHeldQueueAndServesTheRowsThatCameWithoutOne() {
        add(withoutEmail("bob", "t1"));
        record(new Outcome.Held(seq("t1")));
        clock.move(MINUTE);
        add(emitted("bob", "t2"));
        reopen();
        assertThat(dueTasks()).containsExactly("t1");
        assertThat(one("t1").email()).contains("bob@example.com");
    }

    @Test
    void anAddressThatComesWhileARowIsOnItsWayIsNotMissed() {
        add(withoutEmail("bob", "t1"));
        long seq = seq("t1");
        add(emitted("bob", "t2"));
        record(new Outcome.Held(seq));
        assertThat(dueTasks()).containsExactly("t1");
        holds(2, 0, 1, 0);
    }

    @Test
    void theNewestAddressCounts() {
        add(emitted("bob", "t1"));
        add(
                new EmittedRow(Outboxes.row("bob", "t2", "1"), Optional.of("robert@example.com")),
                withoutEmail("bob", "t3"));
        assertThat(one("t1").email()).contains("robert@example.com");
    }

    static Stream<String> odd() {
        return Stream.of("a\ud800@example.com", "a\0@example.com", "", "x".repeat(321), "ä".repeat(161));
    }

    @ParameterizedTest
    @MethodSource("odd")
    void anAddressThatCannotBeStoredLosesNoRow(String address) {
        add(new EmittedRow(Outboxes.row("bob", "t1", "1"), Optional.of(address)));
        assertThat(one("t1").email()).isEmpty();
    }

    @Test
    void theLongestAddressIsStored() {
        add(new EmittedRow(Outboxes.row("bob", "t1", "1"), Optional.of("ä".repeat(160))));
        assertThat(one("t1").email()).contains("ä".repeat(160));
    }

    @Test
    void anOutcomeForARowThatIsGoneChangesNothing() {
        add(emitted("bob", "t1"));
        long gone = seq("t1");
        record(new Outcome.Delivered(gone));
        add(emitted("bob", "t2"));
        assertThat(seq("t2")).as("no number is used twice").isGreaterThan(gone);
        PendingRow before = one("t2");
        record(
                new Outcome.Delivered(gone),
                new Outcome.Dead(gone, "no"),
                new Outcome.Refused(gone, "no", in(MINUTE)),
                new Outcome.Failed(gone, "no", in(MINUTE)),
                new Outcome.Held(gone));
        assertThat(due()).containsExactly(before);
        holds(1, 0, 1, 0);
    }

    @Test
    void outcomesOfRowsOfOnePrincipalAreTakenInTheirOrder() {
        add(emitted("bob", "t1"), emitted("bob", "t2"), emitted("bob", "t3"), emitted("bob", "t4"));
        long first = seq("t1");
        record(
                new Outcome.Delivered(first),
                new Outcome.Dead(first + 1, "no"),
                new Outcome.Refused(first + 2, "no", clock.instant()),
                new Outcome.Delivered(first + 3));
        assertThat(dueTasks()).containsExactly("t3");
        assertThat(one("t3").refusals()).isEqualTo(1);
        holds(2, 1, 1, 0);
    }

    @Test
    void rowsBehindOneAreAsTheyWillBeDue() {
        add(emitted("bob", "t1"), emitted("eve", "e1"), emitted("bob", "t2"), withoutEmail("bob", "t3"));
        long first = seq("t1");
        record(new Outcome.Refused(first, "no", clock.instant()));
        List<PendingRow> behind = outbox.behind("bob", first, 10);
        assertThat(behind).extracting(PendingRow::taskId).containsExactly("t2", "t3");
        assertThat(outbox.behind("bob", first, 1)).containsExactly(behind.get(0));
        assertThat(outbox.behind("nobody", 0, 10)).isEmpty();
        record(new Outcome.Delivered(first));
        assertThat(outbox.behind("bob", first, 10)).isEqualTo(behind);
        assertThat(one("t2")).isEqualTo(behind.get(0));
    }

    @Test
    void manyOutcomesAreOneWrite() {
        IntStream.range(0, 50).forEach(i -> add(emitted("p" + i, "t" + i)));
        long before = outbox.metrics().commits();
        outbox.record(due().stream()
                .map(row -> (Outcome) new Outcome.Delivered(row.seq()))
                .toList());
        assertThat(outbox.metrics().commits()).isEqualTo(before + 1);
        assertThat(outbox.isEmpty()).isTrue();
        outbox.record(List.of());
        assertThat(outbox.metrics().commits()).isEqualTo(before + 1);
    }

    // Held, failed, old

    @Test
    void heldPrincipalsCanBePagedThrough() {
        List<String> all = List.of("B", "a", "b", "c", "é", "\uff5e", "\ud83d\ude00");
        for (String principal : all) {
            add(withoutEmail(principal, "of " + principal));
            record(new Outcome.Held(seq("of " + principal)));
        }
        add(emitted("free", "free"));
        List<String> seen = new ArrayList<>();
        for (List<String> page = outbox.heldPrincipals(2, ""); !page.isEmpty(); ) {
            assertThat(page).hasSizeLessThanOrEqualTo(2);
            seen.addAll(page);
            page = outbox.heldPrincipals(2, page.get(page.size() - 1));
        }
        assertThat(seen).isEqualTo(all);
    }

    @Test
    void afterAnOutageThoseThatFailedAreDueAndTheOthersWaitOn() {
        add(emitted("failed", "f"), emitted("refused", "r"), withoutEmail("held", "h"), emitted("both", "b"));
        record(
                new Outcome.Failed(seq("f"), "503", in(MINUTE)),
                new Outcome.Refused(seq("r"), "no", in(MINUTE)),
                new Outcome.Held(seq("h")),
                new Outcome.Failed(seq("b"), "503", in(MINUTE)));
        record(new Outcome.Refused(seqOfFailed("b"), "no", in(MINUTE)));
        notified.set(0);
        outbox.makeFailedDue();
        assertThat(notified).hasValue(1);
        assertThat(dueTasks()).containsExactly("f");
        assertThat(one("f").failures()).isEqualTo(1);
    }

    private long seqOfFailed(String task) {
        return outbox.due(in(MINUTE), 1000, Set.of(), MAX_DELAY).stream()
                .filter(row -> row.taskId().equals(task))
                .findFirst()
                .orElseThrow()
                .seq();
    }

    @Test
    void anOutageOfMoreThanOneStepEndsForAll() {
        List<EmittedRow> rows = IntStream.range(0, 2500)
                .mapToObj(i -> emitted("p" + i, "t" + i))
                .toList();
        Outboxes.add(outbox, rows, MANY);
        outbox.record(outbox.due(clock.instant(), 3000, Set.of(), MAX_DELAY).stream()
                .map(row -> (Outcome) new Outcome.Failed(row.seq(), "503", in(MINUTE)))
                .toList());
        outbox.makeFailedDue();
        assertThat(outbox.due(clock.instant(), 3000, Set.of(), MAX_DELAY)).hasSize(2500);
    }

    @Test
    void oldRowsAreSetAsideTheOldestFirstExceptThoseOnTheirWay() {
        add(emitted("a", "a1"), emitted("b", "b1"));
        clock.move(MINUTE);
        add(emitted("a", "a2"), emitted("c", "c1"));
        record(new Outcome.Refused(seq("b1"), "unknown user", in(Duration.ofDays(40))));
        Instant second = clock.instant();
        long onItsWay = seq("a1");
        clock.move(Duration.ofDays(31));
        assertThat(outbox.expire(second, Set.of(onItsWay), 10)).isEqualTo(1);
        assertThat(outbox.deadLetters().list(10).get(0).taskId()).isEqualTo("b1");
        assertThat(outbox.deadLetters().list(10).get(0).reason())
                .contains("31 days")
                .contains("unknown user");
        assertThat(outbox.expire(second, Set.of(), 0)).isZero();
        assertThat(outbox.expire(second.plusMillis(1), Set.of(), 2)).isEqualTo(2);
        assertThat(outbox.deadLetters().list(10).get(1).reason()).contains("no attempt");
        assertThat(dueTasks()).containsExactly("c1");
        holds(1, 3, 1, 0);
    }

    @Test
    void anExpiredRowNoLongerBlocksTheNext() {
        add(emitted("refused", "r1"), withoutEmail("held", "h1"), emitted("failed", "f1"));
        record(
                new Outcome.Refused(seq("r1"), "no", in(Duration.ofMinutes(50))),
                new Outcome.Held(seq("h1")),
                new Outcome.Failed(seq("f1"), "503", in(Duration.ofMinutes(50))));
        clock.move(MINUTE);
        add(emitted("refused", "r2"), withoutEmail("held", "h2"), emitted("failed", "f2"));
        outbox.expire(clock.instant(), Set.of(), 10);
        assertThat(dueTasks())
                .as("the other side still fails, and nobody knows the address yet")
                .containsExactly("r2");
        holds(3, 3, 3, 1);
        assertThat(one("r2").refusals()).isZero();
    }

    @Test
    void rowsThatExpireBehindTheOldestLeaveItsWaitAlone() {
        add(emitted("bob", "t1"));
        record(new Outcome.Refused(seq("t1"), "no", in(MINUTE)));
        long first = outbox.due(in(MINUTE), 1, Set.of(), MAX_DELAY).get(0).seq();
        clock.move(Duration.ofSeconds(1));
        add(emitted("bob", "t2"));
        outbox.expire(in(MINUTE), Set.of(first), 10);
        assertThat(due()).isEmpty();
        clock.move(MINUTE);
        assertThat(one("t1").refusals()).isEqualTo(1);
    }

    // Operators

    @Test
    void aRetriedRowGoesLastWithAFreshStart() {
        add(emitted("bob", "t1"), emitted("bob", "t2"));
        record(new Outcome.Refused(seq("t1"), "no", clock.instant()));
        long dead = seq("t1");
        record(new Outcome.Dead(dead, "no"));
        clock.move(MINUTE);
        notified.set(0);
        assertThat(outbox.deadLetters().retry(1)).isEqualTo(1);
        assertThat(notified).hasValue(1);
        assertThat(outbox.deadLetters().retry(1)).isZero();
        assertThat(outbox.deadLetters().list(10)).isEmpty();
        assertThat(dueTasks()).containsExactly("t2");
        record(new Outcome.Delivered(seq("t2")));
        assertThat(one("t1").seq()).isGreaterThan(dead);
        assertThat(one("t1").emittedAt()).isEqualTo(clock.instant());
        assertThat(one("t1").refusals()).isZero();
        assertThat(one("t1").cost()).isEqualTo(new BigDecimal("0.10"));
    }

    @Test
    void aRetriedRowWithoutARowBeforeItIsDueWithoutAnAddress() {
        add(emitted("bob", "t1"));
        record(new Outcome.Dead(seq("t1"), "no"));
        outbox.deadLetters().retryAll();
        assertThat(one("t1").email()).isEmpty();
    }

    @Test
    void aRetryMakesItsQueueDueUnlessThatIsHeld() {
        add(emitted("bob", "b1"), emitted("eve", "e1"));
        record(new Outcome.Dead(seq("b1"), "no"), new Outcome.Dead(seq("e1"), "no"));
        add(withoutEmail("bob", "b2"), withoutEmail("eve", "e2"));
        record(new Outcome.Refused(seq("b2"), "no", in(MINUTE)), new Outcome.Held(seq("e2")));
        outbox.deadLetters().retryAll();
        assertThat(dueTasks()).containsExactly("b2");
        holds(4, 0, 2, 1);
    }

    @Test
    void allDeadLettersAreRetriedInTheirOrderHoweverMany() {
        List<EmittedRow> rows =
                IntStream.range(0, 2500).mapToObj(i -> emitted("bob", "t" + i)).toList();
        Outboxes.add(outbox, rows, MANY);
        assertThat(outbox.expire(in(MINUTE), Set.of(), 3000)).isEqualTo(2500);
        assertThat(outbox.deadLetters().retryAll()).isEqualTo(2500);
        holds(2500, 0, 1, 0);
        for (int i = 0; i < 5; i++) {
            assertThat(dueTasks()).containsExactly("t" + i);
            record(new Outcome.Delivered(seq("t" + i)));
        }
    }

    @Test
    void aDiscardedLetterIsGoneAndItsNumberIsNotUsedAgain() {
        add(emitted("bob", "t1"));
        record(new Outcome.Dead(seq("t1"), "no"));
        assertThat(outbox.deadLetters().discard(1)).map(DeadLetter::taskId).contains("t1");
        assertThat(outbox.deadLetters().discard(1)).isEmpty();
        assertThat(outbox.isEmpty()).isTrue();
        add(emitted("bob", "t2"));
        record(new Outcome.Dead(seq("t2"), "no"));
        assertThat(outbox.deadLetters().list(10)).extracting(DeadLetter::id).containsExactly(2L);
    }

    @Test
    void metricsNameTheOldestRowThatWaits() {
        assertThat(outbox.metrics().oldest()).isEmpty();
        add(emitted("bob", "t1"));
        clock.move(MINUTE);
        add(emitted("eve", "t2"));
        assertThat(outbox.metrics().oldest()).contains(Outboxes.START);
        record(new Outcome.Delivered(seq("t1")));
        assertThat(outbox.metrics().oldest()).contains(clock.instant());
        assertThat(outbox.metrics().writes()).isEqualTo(3);
    }

    // The listener, and the end

    @Test
    void theListenerLearnsOfEachCommitThatAddsAndOfNoOther() {
        add(emitted("bob", "t1"));
        assertThat(notified).hasValue(1);
        assertThatThrownBy(() -> Outboxes.add(outbox, List.of(emitted("bob", "t2")), 1))
                .isInstanceOf(OutboxFull.class);
        record(new Outcome.Failed(seq("t1"), "503", in(MINUTE)));
        outbox.expire(Outboxes.START, Set.of(), 10);
        outbox.release(List.of("bob"));
        outbox.checkpoint();
        assertThat(notified).hasValue(1);
    }

    @Test
    void theListenerMayFail() {
        outbox.close();
        outbox = Outbox.open(Outboxes.settings(directory.resolve("outbox.sqlite"), JournalMode.WAL), clock, () -> {
            throw new IllegalStateException("not now");
        });
        add(emitted("bob", "t1"));
        add(emitted("bob", "t2"));
        holds(2, 0, 1, 0);
    }

    static Stream<Consumer<Outbox>> calls() {
        return Stream.of(
                outbox -> Outboxes.add(outbox, List.of(emitted("bob", "t1")), MANY),
                outbox -> Outboxes.add(outbox, List.of(), MANY),
                outbox -> outbox.due(Outboxes.START, 1, Set.of(), MAX_DELAY),
                outbox -> outbox.nextDue(Outboxes.START, Set.of(), MAX_DELAY),
                outbox -> outbox.behind("bob", 1, 1),
                outbox -> outbox.record(List.of(new Outcome.Delivered(1))),
                outbox -> outbox.record(List.of()),
                outbox -> outbox.heldPrincipals(1, ""),
                outbox -> outbox.release(List.of("bob")),
                Outbox::makeFailedDue,
                outbox -> outbox.expire(Outboxes.START, Set.of(), 1),
                Outbox::metrics,
                outbox -> outbox.deadLetters().list(1),
                outbox -> outbox.deadLetters().retryAll(),
                outbox -> outbox.deadLetters().retry(1),
                outbox -> outbox.deadLetters().discard(1),
                Outbox::isEmpty,
                Outbox::checkpoint);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aClosedOutboxAnswersNothing(Consumer<Outbox> call) {
        outbox.close();
        assertThatThrownBy(() -> call.accept(outbox))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("closed");
    }

    @Test
    void whileItsFileIsGoneRowsAreRefusedAndThoseInItDelivered() throws Exception {
        Path file = directory.resolve("outbox.sqlite");
        add(emitted("bob", "task-1"), emitted("bob", "task-2"));
        assertThat(outbox.displaced()).isEmpty();

        Files.move(file, directory.resolve("aside"));
        assertThatThrownBy(() -> add(emitted("bob", "task-3")))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("outbox.sqlite was removed");
        assertThat(outbox.displaced()).isPresent();
        outbox.record(List.of(new Outcome.Delivered(seq("task-1"))));
        assertThat(dueTasks()).containsExactly("task-2");

        Files.move(directory.resolve("aside"), file);
        add(emitted("bob", "task-3"));
        reopen();
        outbox.record(List.of(new Outcome.Delivered(seq("task-2"))));
        assertThat(dueTasks()).containsExactly("task-3");
    }
}
