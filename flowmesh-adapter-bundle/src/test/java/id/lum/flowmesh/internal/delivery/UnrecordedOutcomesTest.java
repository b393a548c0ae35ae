package id.lum.flowmesh.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Attempt;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.Received;
import id.lum.fakes.ScriptedResult;
import id.lum.flowmesh.internal.outbox.EmittedRow;
import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import id.lum.testing.Await;
import id.lum.testing.Background;
import id.lum.testing.ManualClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows go on while the outcomes of those before them are not in the outbox yet, because its disk is slow or fails. */
class UnrecordedOutcomesTest {
    private static final ScriptedResult HELD = ScriptedResult.accepting(FakeRunmesh.OK.afterRelease());

    /** A write waits for the disk longer than any test takes. */
    private static final StoreLimits PATIENT = new StoreLimits(
            4096, 4, Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ofMinutes(9));

    @TempDir
    Path folder;

    private final ManualClock clock = Outboxes.clock();
    private final FakeRunmesh runmesh = FakeRunmesh.start(Delivery.SECRET);
    private final RunmeshClient client = new RunmeshClient(clock, RunmeshClient.BALANCE_TIMEOUT, Duration.ofMinutes(5));
    private Path path;
    private DeliveredOutbox open;

    @BeforeEach
    void open() {
        path = folder.resolve("outbox.sqlite");
        open = DeliveredOutbox.open(
                new StoreSettings(path, JournalMode.WAL, Outboxes.OWNER, PATIENT),
                client,
                principal -> Optional.of(principal + "@example.com"),
                clock,
                Delivery.policy(runmesh, Delivery.SECRET));
    }

    @AfterEach
    void close() {
        open.close();
        client.close();
        runmesh.close();
        assertThat(runmesh.violations()).isEmpty();
        assertThat(runmesh.ledger().conflicts()).isEmpty();
    }

    private void emit(String principal, List<String> tasks) {
        Outboxes.add(
                open.outbox(),
                tasks.stream().map(task -> Outboxes.emitted(principal, task)).toList(),
                Outboxes.MANY);
    }

    private static List<String> tasks(int count) {
        return IntStream.range(0, count).mapToObj(i -> "t" + i).toList();
    }

    /** The first is under way, and the loop has nothing else to do. */
    private void emitAndHoldTheFirst(String principal, List<String> tasks) {
        runmesh.task(tasks.get(0)).next(HELD);
        emit(principal, tasks);
        Await.until("the first is under way", () -> runmesh.held() == 1);
        rounds();
    }

    private void rounds() {
        for (int i = 0; i < 5; i++) {
            long before = clock.readings();
            open.delivery().wake();
            Await.until("there was a round", () -> clock.readings() > before);
        }
    }

    /** Nothing can be written until this is closed. */
    private Connection busyDisk() throws SQLException {
        Connection other = Outboxes.connect(path);
        other.createStatement().execute("BEGIN IMMEDIATE");
        return other;
    }

    private void awaitEmpty() {
        Await.until("no row waits", () -> open.outbox().isEmpty());
    }

    private long pending() {
        return open.outbox().metrics().pending();
    }

    @Test
    void whileNothingCanBeRecordedSoManyRowsAreSentAndNoMoreEachOnceAndInOrder() throws Exception {
        int most = DeliveryLoop.MAX_UNDER_WAY;
        List<String> tasks = tasks(most + 50);
        emitAndHoldTheFirst("bob", tasks);
        try (Connection busy = busyDisk()) {
            runmesh.release();
            Await.until("it is full", () -> open.delivery().status().underWay() == most && runmesh.requests() >= most);
            rounds();
            assertThat(runmesh.requests()).isEqualTo(most);
            assertThat(pending()).as("none is gone").isEqualTo(most + 50);
            busy.createStatement().execute("ROLLBACK");
        }
        awaitEmpty();
        assertThat(runmesh.ledger().attempts())
                .extracting(attempt -> attempt.entry().taskId())
                .isEqualTo(tasks);
    }

    @Test
    void ofManyPrincipalsNoneIsServedTwiceOrOutOfOrderWhileNothingCanBeRecorded() throws Exception {
        emitAndHoldTheFirst("bob", List.of("b0", "b1", "b2"));
        for (int i = 0; i < 90; i++) {
            runmesh.task("x" + i).next(HELD);
            emit("p" + i, List.of("x" + i, "y" + i, "z" + i));
        }
        Await.until("eight are under way", () -> runmesh.held() == 8);
        rounds();
        try (Connection busy = busyDisk()) {
            IntStream.range(0, 90).forEach(i -> runmesh.task("x" + i).normal());
            runmesh.release();
            Await.until("many are sent", () -> runmesh.requests() > 90);
            busy.createStatement().execute("ROLLBACK");
        }
        awaitEmpty();
        assertThat(runmesh.ledger().attempts()).hasSize(273);
        for (int i = 0; i < 90; i++) {
            assertThat(runmesh.ledger().tasksOf("p" + i)).containsExactly("x" + i, "y" + i, "z" + i);
        }
    }

    @Test
    void aRowThatIsRefusedHoldsItsPrincipalBackThoughNothingCanBeRecorded() throws Exception {
        runmesh.task("t1").next(ScriptedResult.refusing(FakeRunmesh.UNKNOWN_USER));
        emitAndHoldTheFirst("bob", tasks(3));
        try (Connection busy = busyDisk()) {
            runmesh.release();
            Await.until("t1 is refused", () -> runmesh.ledger().attempts().size() == 2);
            rounds();
            assertThat(runmesh.requests()).isEqualTo(2);
            busy.createStatement().execute("ROLLBACK");
        }
        Await.until("that is recorded", () -> pending() == 2);
        open.delivery().flush();
        awaitEmpty();
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("t0", "t1", "t2");
    }

    @Test
    void aStopRecordsWhatWasAnswered() throws Exception {
        List<String> tasks = tasks(11);
        runmesh.task("t10").next(HELD);
        emitAndHoldTheFirst("bob", tasks);
        CompletableFuture<Boolean> closed;
        try (Connection busy = busyDisk()) {
            runmesh.release();
            Await.until("the others are answered", () -> runmesh.requests() == 11 && runmesh.held() == 1);
            closed = Background.start(() -> {
                open.delivery().close();
                return true;
            });
            busy.createStatement().execute("ROLLBACK");
        }
        assertThat(Await.result(closed)).isTrue();
        assertThat(pending()).isEqualTo(1);
        open.close();
        open();
        awaitEmpty();
        assertThat(runmesh.ledger().attempts()).hasSize(12);
        assertThat(runmesh.ledger().tasksOf("bob")).isEqualTo(tasks);
    }

    @Test
    void outcomesThatAreLostWithTheProcessMeanThatRowsAreSentAgainAndNoneIsLost() throws Exception {
        List<String> tasks = tasks(40);
        emitAndHoldTheFirst("bob", tasks);
        try (Connection other = Outboxes.connect(path)) {
            other.createStatement()
                    .execute(
                            "CREATE TRIGGER failing BEFORE DELETE ON usage_rows BEGIN SELECT raise(ABORT, 'fails'); END");
            runmesh.release();
            Await.until("recording fails", () -> {
                open.delivery().wake();
                return open.delivery().status().underWay() == runmesh.ledger().size() && runmesh.held() == 0;
            });
            open.close();
            other.createStatement().execute("DROP TRIGGER failing");
        }
        int before = runmesh.ledger().attempts().size();
        open();
        assertThat(pending()).isGreaterThan(0);
        awaitEmpty();
        assertThat(runmesh.ledger().tasksOf("bob")).isEqualTo(tasks);
        assertThat(runmesh.ledger().attempts().subList(before, before + 1))
                .as("it begins with what Runmesh has")
                .extracting(Attempt::outcome)
                .containsExactly(Attempt.Outcome.DUPLICATE);
    }

    @Test
    void aRowThatWasReadAheadIsSentToTheAddressThatCameMeanwhile() {
        runmesh.task("t1").next(HELD);
        emitAndHoldTheFirst("bob", tasks(3));
        runmesh.release();
        Await.until("t1 is under way", () -> runmesh.requests() == 2 && runmesh.held() == 1);
        Outboxes.add(
                open.outbox(),
                List.of(new EmittedRow(Outboxes.row("bob", "t3", "1"), Optional.of("robert@example.com"))),
                Outboxes.MANY);
        rounds();
        runmesh.release();
        awaitEmpty();
        assertThat(runmesh.latest()).extracting(Received::body).satisfies(bodies -> {
            assertThat(bodies.subList(0, 2)).allMatch(body -> body.contains("bob@example.com"));
            assertThat(bodies.subList(2, 4)).allMatch(body -> body.contains("robert@example.com"));
        });
    }

    @Test
    void aCommandThatCannotBeWrittenDoesNotKeepTheNextFromBeingApplied() throws Exception {
        runmesh.task("t0").next(ScriptedResult.refusing(FakeRunmesh.UNKNOWN_USER));
        emit("bob", tasks(1));
        Await.until("it is refused", () -> open.outbox().queues(1).stream().anyMatch(queue -> queue.refusals() == 1));
        try (Connection other = Outboxes.connect(path)) {
            other.createStatement()
                    .execute("CREATE TRIGGER failing BEFORE UPDATE ON queues BEGIN SELECT raise(ABORT, 'fails'); END");
            open.delivery().flush();
            DeliveryPolicy nowhere = Delivery.nowhere();
            open.delivery().configure(nowhere);
            Await.until("it is applied", () -> open.delivery().status().policy() == nowhere);
            other.createStatement().execute("DROP TRIGGER failing");
        }
        open.delivery().configure(Delivery.policy(runmesh, Delivery.SECRET));
        awaitEmpty();
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("t0");
    }
}
