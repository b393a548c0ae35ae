package id.lum.flowmesh.internal.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that adds and settles is killed at a random moment: no acknowledged row is lost, none is there twice. */
class KilledOutboxTest {
    private static final int KILLS = Integer.getInteger("lumid.kills", 6);

    @TempDir
    Path directory;

    private final Set<String> offered = new HashSet<>();
    private final Set<String> added = new HashSet<>();
    private final Set<String> onTheirWay = new HashSet<>();
    private final Set<String> delivered = new HashSet<>();

    @Test
    @Timeout(value = 60 + 15L * 1000, unit = TimeUnit.SECONDS)
    void everyAcknowledgedRowIsKeptUntilItsDeliveryHasBegun() throws Exception {
        long seed = Long.getLong("lumid.seed", System.nanoTime());
        Random random = new Random(seed);
        int kept = 0;
        int seen = 0;
        for (int round = 0; round < KILLS; round++) {
            for (Set<String> heard : List.of(offered, added, onTheirWay, delivered)) {
                heard.clear();
            }
            Path path = directory.resolve("outbox-" + round + ".sqlite");
            // Every second one is at work when its time begins; the others may not have done a thing yet.
            runAndKill(path, random.nextLong(), random.nextInt(400), round % 2 == 1);
            seen += delivered.size();
            kept += verify(path, "seed " + seed + ", round " + round);
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        System.out.println(KILLS + " kills, seed " + seed + ", " + kept + " rows kept, " + seen + " delivered");
        assertThat(seen).as("seed " + seed).isPositive();
    }

    private void runAndKill(Path path, long seed, int millis, boolean atWork) throws Exception {
        Process child = ChildOutbox.start(List.of(), "work", path.toString(), Long.toString(seed));
        boolean ending = false;
        try (BufferedReader out = child.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                hear(line.split(" "));
                if (!ending && (!atWork || !delivered.isEmpty())) {
                    ending = true;
                    new Thread(() -> kill(child, millis)).start();
                }
            }
        }
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as("killed, not ended").isEqualTo(137);
    }

    private static void kill(Process child, int millis) {
        try {
            assertThat(child.waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        // The process alone: destroying the object would close the pipe and lose what it said last.
        child.toHandle().destroyForcibly();
    }

    private void hear(String[] words) {
        List<String> tasks = Arrays.asList(words).subList(1, words.length);
        switch (words[0]) {
            case "adding" -> offered.addAll(tasks);
            case "added" -> added.addAll(tasks);
            case "delivering" -> onTheirWay.addAll(tasks);
            case "delivered" -> delivered.addAll(tasks);
            default -> assertThat(words).containsExactly("ready");
        }
    }

    private int verify(Path path, String what) throws Exception {
        try (Outbox outbox = Outboxes.open(path)) {
            List<String> live = Outboxes.rows(path, "SELECT task_id FROM usage_rows ORDER BY seq");
            List<String> all =
                    Outboxes.rows(path, "SELECT task_id FROM usage_rows UNION ALL SELECT task_id FROM dead_letters");
            assertThat(all).as(what + ": none twice").doesNotHaveDuplicates();
            Set<String> certain = new HashSet<>(added);
            certain.removeAll(onTheirWay);
            certain.removeAll(all);
            assertThat(certain).as(what + ": none lost").isEmpty();
            assertThat(all).as(what + ": none delivered before").noneMatch(delivered::contains);
            assertThat(all).as(what + ": none invented").allMatch(offered::contains);
            for (String row : Outboxes.rows(
                    path, "SELECT task_id, cost FROM usage_rows UNION ALL SELECT task_id, cost FROM dead_letters")) {
                String[] columns = row.split("\\|");
                assertThat(new BigDecimal(columns[1])).as(what).isEqualTo(ChildOutbox.costOf(columns[0]));
            }
            for (int adder = 1; adder < ChildOutbox.ADDERS; adder++) {
                String prefix = adder + "-";
                assertThat(live.stream()
                                .filter(task -> task.startsWith(prefix))
                                .map(task -> Integer.valueOf(task.substring(prefix.length()))))
                        .as(what + ": order")
                        .isSorted();
            }
            OutboxMetrics metrics = outbox.metrics();
            assertThat(metrics.pending()).as(what).isEqualTo(live.size());
            assertThat(metrics.pending() + metrics.deadLetters()).as(what).isEqualTo(all.size());
            assertThat(Outboxes.rows(path, "SELECT DISTINCT principal_id FROM usage_rows ORDER BY principal_id"))
                    .as(what + ": a queue for each")
                    .isEqualTo(Outboxes.rows(path, "SELECT principal_id FROM queues ORDER BY principal_id"));
            assertThat(Outboxes.rows(path, "SELECT count(*) FROM email_slots WHERE used = 1"))
                    .as(what + ": an address for each queue that had one")
                    .isEqualTo(Outboxes.rows(path, "SELECT count(email_slot) FROM queues"));
            assertThat(Outboxes.rows(path, "PRAGMA integrity_check")).as(what).containsExactly("ok");
            return all.size();
        }
    }
}
