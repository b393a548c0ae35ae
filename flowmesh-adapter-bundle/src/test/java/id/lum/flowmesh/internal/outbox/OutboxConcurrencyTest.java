package id.lum.flowmesh.internal.outbox;

import static id.lum.flowmesh.internal.outbox.Outboxes.MANY;
import static id.lum.flowmesh.internal.outbox.Outboxes.emitted;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.support.sqlite.JournalMode;
import id.lum.testing.Await;
import id.lum.testing.Background;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many callers at once: what they share, and what they do not. */
class OutboxConcurrencyTest {
    @TempDir
    Path directory;

    private static String outcome(CompletableFuture<?> call) throws Exception {
        try {
            Await.result(call);
            return "added";
        } catch (ExecutionException failed) {
            return failed.getCause().getClass().getSimpleName();
        }
    }

    private CompletableFuture<String> adding(Outbox outbox, CountDownLatch asked, EmittedRow row, long mostRows) {
        return Background.start(() -> {
            asked.countDown();
            Outboxes.add(outbox, List.of(row), mostRows);
            return row.row().taskId();
        });
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void aHundredCallsThatMeetShareCommitsAndABadOneFailsAlone(JournalMode mode) throws Exception {
        Path path = directory.resolve("outbox.sqlite");
        AtomicInteger notified = new AtomicInteger();
        try (Outbox outbox = Outbox.open(Outboxes.settings(path, mode), Outboxes.clock(), notified::incrementAndGet);
                Connection other = Outboxes.connect(path);
                Statement sql = other.createStatement()) {
            // Whoever comes now waits behind this.
            sql.execute("BEGIN IMMEDIATE");
            CountDownLatch asked = new CountDownLatch(101);
            List<CompletableFuture<String>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                calls.add(adding(outbox, asked, emitted("p" + i % 7, "t" + i), MANY));
            }
            CompletableFuture<String> full = adding(outbox, asked, emitted("bob", "full"), 0);
            Await.latch(asked);
            assertThat(calls).noneMatch(CompletableFuture::isDone);
            assertThat(full).isNotDone();
            sql.execute("ROLLBACK");
            for (CompletableFuture<String> call : calls) {
                assertThat(outcome(call)).isEqualTo("added");
            }
            assertThat(outcome(full)).isEqualTo(OutboxFull.class.getSimpleName());
            OutboxMetrics metrics = outbox.metrics();
            assertThat(metrics.pending()).isEqualTo(100);
            // Some of the last may have come after the first commit had begun.
            assertThat(metrics.commits()).isLessThanOrEqualTo(20);
            assertThat(notified.get()).isPositive().isLessThanOrEqualTo((int) metrics.commits());
        }
    }

    @Test
    void theBoundIsExactHoweverManyComeAtOnce() throws Exception {
        try (Outbox outbox = Outboxes.open(directory.resolve("outbox.sqlite"))) {
            CountDownLatch asked = new CountDownLatch(200);
            List<CompletableFuture<String>> calls = IntStream.range(0, 200)
                    .mapToObj(i -> adding(outbox, asked, emitted("p" + i % 5, "t" + i), 120))
                    .toList();
            List<String> outcomes = new ArrayList<>();
            for (CompletableFuture<String> call : calls) {
                outcomes.add(outcome(call));
            }
            assertThat(Collections.frequency(outcomes, "added")).isEqualTo(120);
            assertThat(Collections.frequency(outcomes, "OutboxFull")).isEqualTo(80);
            assertThat(outbox.metrics().pending()).isEqualTo(120);
        }
    }

    @Test
    void whatIsAddedWhileOthersAreDeliveredIsDeliveredOnceAndInOrder() throws Exception {
        int adders = 8;
        int each = 100;
        try (Outbox outbox = Outboxes.open(directory.resolve("outbox.sqlite"))) {
            List<CompletableFuture<Integer>> adding = IntStream.range(0, adders)
                    .mapToObj(adder -> Background.start(() -> {
                        for (int i = 0; i < each; i++) {
                            Outboxes.add(outbox, List.of(emitted("p" + adder, "t" + i)), MANY);
                        }
                        return adder;
                    }))
                    .toList();
            List<List<String>> delivered = IntStream.range(0, adders)
                    .<List<String>>mapToObj(i -> new ArrayList<>())
                    .toList();
            Await.until("all are delivered", () -> {
                List<Outcome> outcomes = new ArrayList<>();
                for (PendingRow row : outbox.due(Outboxes.START, 5, Set.of(), Outboxes.MAX_DELAY)) {
                    delivered
                            .get(Integer.parseInt(row.principalId().substring(1)))
                            .add(row.taskId());
                    outcomes.add(new Outcome.Delivered(row.seq()));
                }
                outbox.record(outcomes);
                return adding.stream().allMatch(CompletableFuture::isDone) && outbox.isEmpty();
            });
            for (CompletableFuture<Integer> adder : adding) {
                assertThat(delivered.get(adder.get()))
                        .isEqualTo(
                                IntStream.range(0, each).mapToObj(i -> "t" + i).toList());
            }
        }
    }
}
