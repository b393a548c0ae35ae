package id.lum.flowmesh.internal.billing;

import static id.lum.flowmesh.internal.billing.Outboxes.LONGEST;
import static id.lum.flowmesh.internal.billing.Outboxes.MANY;
import static id.lum.flowmesh.internal.billing.Outboxes.emitted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.sqlite.JournalMode;
import id.lum.core.sqlite.UnstorableText;
import id.lum.hooks.flowmesh.UsageRow;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each call promises, on a real file. */
class OutboxTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final ManualClock clock = Outboxes.clock();
    private final AtomicInteger told = new AtomicInteger();
    private Outbox outbox;

    @BeforeEach
    void open() {
        outbox = Outbox.open(
                Outboxes.settings(directory.resolve("outbox.sqlite"), JournalMode.WAL), clock, told::incrementAndGet);
    }

    @AfterEach
    void close() {
        outbox.close();
    }

    private void reopen() {
        outbox.close();
        open();
    }

    private void add(Emitted... rows) {
        outbox.add(List.of(rows), MANY);
    }

    private List<Waiting> due(String... exceptPrincipals) {
        return outbox.due(clock.instant(), 1000, Set.of(exceptPrincipals), LONGEST);
    }

    private List<String> dueTasks(String... exceptPrincipals) {
        return due(exceptPrincipals).stream().map(Waiting::taskId).toList();
    }

    private Waiting one(String task) {
        return due().stream()
                .filter(row -> row.taskId().equals(task))
                .findFirst()
                .orElseThrow();
    }

    private long seq(String task) {
        return one(task).seq();
    }

    private void settle(Outcome... outcomes) {
        outbox.settle(List.of(outcomes));
    }

    private Instant in(Duration wait) {
        return clock.instant().plus(wait);
    }

    private Optional<Instant> nextDue(String... exceptPrincipals) {
        return outbox.nextDue(clock.instant(), Set.of(exceptPrincipals), LONGEST);
    }

    private void holds(long live, long dead, long lanes, long held) {
        OutboxFigures figures = outbox.figures();
        assertThat(List.of(figures.live(), figures.dead(), figures.lanes(), figures.held()))
                .as("live, dead, lanes, held")
                .containsExactly(live, dead, lanes, held);
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
        add(new Emitted(row, Optional.of("bob@example.com")));
        reopen();
        Waiting waiting = one("t\n1");
        assertThat(waiting)
                .isEqualTo(new Waiting(
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
            settle(new Outcome.Delivered(due().get(0).seq()));
        }
        assertThat(order).containsExactly("t1", "t2", "t3");
        assertThat(outbox.isEmpty()).isTrue();
        holds(0, 0, 0, 0);
    }

    @Test
    void whatDoesNotFitIsRefusedAsAWholeAndTheSentenceSaysWhatToDo() {
        outbox.add(List.of(emitted("bob", "t1"), emitted("bob", "t2")), 3);
        settle(new Outcome.Dead(seq("t1"), "no"));
        assertThatThrownBy(() -> outbox.add(List.of(emitted("eve", "t3"), emitted("eve", "t4")), 3))
                .isInstanceOf(OutboxFull.class)
                .hasMessageContainingAll("outbox.max.rows", "3", "1 that wait", "1 dead letters", "discard");
        holds(1, 1, 1, 0);
        outbox.add(List.of(emitted("eve", "t3")), 3);
        assertThat(dueTasks()).containsExactlyInAnyOrder("t2", "t3");
    }

    @Test
    void nothingOfACallWithARowThatCannotBeStoredIsWritten() {
        UsageRow bad = Outboxes.row("bob", "t\ud800", "1");
        assertThatThrownBy(() -> add(emitted("bob", "t1"), new Emitted(bad, Optional.empty())))
                .isInstanceOf(UnstorableText.class);
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(told).hasValue(0);
    }

    @Test
    void addingNothingWritesNothing() {
        add();
        assertThat(outbox.figures().writes()).isZero();
    }

    // Turns

    @Test
    void whoHasBeenServedStandsBehindTheOthers() {
        add(emitted("a", "a1"), emitted("a", "a2"), emitted("b", "b1"), emitted("c", "c1"));
        clock.move(MINUTE);
        settle(new Outcome.Delivered(seq("a1")));
        assertThat(dueTasks()).containsExactly("b1", "c1", "a2");
    }

    @Test
    void noMoreAreAnsweredThanAskedForAndNoneOfThoseLeftOut() {
        add(emitted("a", "a1"), emitted("b", "b1"), emitted("c", "c1"));
        assertThat(outbox.due(clock.instant(), 2, Set.of("a"), LONGEST))
                .extracting(Waiting::taskId)
                .containsExactly("b1", "c1");
        assertThat(outbox.due(clock.instant(), 1, Set.of(), LONGEST))
                .extracting(Waiting::taskId)
                .containsExactly("a1");
        assertThat(outbox.due(clock.instant(), 0, Set.of(), LONGEST)).isEmpty();
    }
}
