package id.lum.flowmesh.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Entry;
import id.lum.fakes.FakeRunmesh;
import id.lum.flowmesh.internal.outbox.EmittedRow;
import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.flowmesh.internal.runmesh.RunmeshEndpoint;
import id.lum.support.sqlite.JournalMode;
import id.lum.testing.Await;
import java.io.BufferedReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many rows wait when Runmesh comes back, in a process with little memory. */
class BacklogTest {
    private static final int ROWS = Integer.getInteger("lumid.backlog", 5_000);
    private static final int OTHERS = 900;
    /** Whoever is under way, and an answer or two that are being written down. */
    private static final int SLACK = 100;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 600, unit = TimeUnit.SECONDS)
    void aBacklogDrainsAndNewRowsOfOthersDoNotStandBehindIt() throws Exception {
        try (FakeRunmesh runmesh = FakeRunmesh.start(Delivery.SECRET)) {
            runmesh.stop();
            Process child = Children.start(
                    BacklogTest.class,
                    List.of("-Xmx64m"),
                    folder.toString(),
                    runmesh.url().toString());
            try (BufferedReader out = child.inputReader()) {
                assertThat(out.readLine()).isEqualTo("filled");
                runmesh.comeBack();
                long start = System.nanoTime();
                Await.until("half is delivered", Duration.ofMinutes(5), () -> delivered(runmesh) >= ROWS / 2);
                int before = delivered(runmesh);
                child.outputWriter().append("newcomer\n").flush();
                assertThat(out.readLine()).isEqualTo("added");
                int after = delivered(runmesh);
                Await.until("all are delivered", Duration.ofMinutes(5), () -> delivered(runmesh) == ROWS + 1);
                double seconds = (System.nanoTime() - start) / 1e9;
                child.outputWriter().append("end\n").flush();
                assertThat(out.readLine()).isEqualTo("0 wait");
                assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
                complete(runmesh, before, after);
                System.out.printf(Locale.ROOT, "%d rows in %.1f s, %.0f a second%n", ROWS, seconds, ROWS / seconds);
            }
        }
    }

    private static int delivered(FakeRunmesh runmesh) {
        return runmesh.ledger().size();
    }

    private void complete(FakeRunmesh runmesh, int before, int after) {
        List<Entry> entries = runmesh.ledger().entries();
        List<String> tasks = entries.stream().map(Entry::taskId).toList();
        assertThat(new HashSet<>(tasks)).hasSize(ROWS + 1);
        assertThat(tasks.indexOf("newcomer"))
                .as("emitted between " + before + " and " + after + " of " + ROWS)
                .isBetween(before, after + OTHERS + 1 + SLACK);
        for (String principal : List.of("big", "p1", "p" + (OTHERS - 1))) {
            List<Integer> order = entries.stream()
                    .filter(entry -> entry.userSub().equals(principal))
                    .map(entry -> Integer.valueOf(entry.taskId().substring(1)))
                    .toList();
            assertThat(order).isNotEmpty().isSorted();
        }
        assertThat(runmesh.ledger().conflicts()).isEmpty();
        assertThat(runmesh.violations()).isEmpty();
    }

    /** A tenth of the rows are of one principal. */
    private static String principal(int row) {
        return row % 10 == 0 ? "big" : "p" + row % OTHERS;
    }

    public static void main(String[] args) throws Exception {
        try (RunmeshClient client = new RunmeshClient(Clock.systemUTC());
                DeliveredOutbox open = DeliveredOutbox.open(
                        Outboxes.settings(Path.of(args[0]).resolve("outbox.sqlite"), JournalMode.WAL),
                        client,
                        principal -> Optional.empty(),
                        Clock.systemUTC(),
                        new DeliveryPolicy(
                                Optional.of(new RunmeshEndpoint(URI.create(args[1]), Delivery.SECRET)),
                                Delivery.RETENTION,
                                Delivery.REFUSALS))) {
            List<EmittedRow> some = new ArrayList<>();
            for (int row = 0; row < ROWS; row++) {
                some.add(Outboxes.emitted(principal(row), "t" + row));
                if (some.size() == 1000 || row == ROWS - 1) {
                    Outboxes.add(open.outbox(), some, Outboxes.MANY);
                    some.clear();
                }
            }
            Children.say("filled");
            Children.line();
            Outboxes.add(open.outbox(), List.of(Outboxes.emitted("newcomer", "newcomer")), Outboxes.MANY);
            Children.say("added");
            Children.line();
            Await.until("no row waits", () -> open.outbox().isEmpty());
            Children.say(open.outbox().metrics().pending() + " wait");
        }
    }
}
