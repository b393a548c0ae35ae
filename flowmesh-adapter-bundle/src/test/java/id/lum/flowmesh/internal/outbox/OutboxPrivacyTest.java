package id.lum.flowmesh.internal.outbox;

import static id.lum.flowmesh.internal.outbox.Outboxes.MANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.support.sqlite.JournalMode;
import id.lum.testing.ManualClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An e-mail address is in the files while a row of its principal waits, and nowhere afterwards. */
class OutboxPrivacyTest {
    private static final Pattern ADDRESS = Pattern.compile("mail-\\d+@");

    @TempDir
    Path directory;

    private final ManualClock clock = Outboxes.clock();

    private Outbox open(JournalMode mode) {
        return Outbox.open(Outboxes.settings(directory.resolve("outbox.sqlite"), mode), clock, () -> {});
    }

    /** Reading drops SQLite's locks on the files; nobody else is there to make use of that. */
    private Set<String> addressesInFiles() throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Matcher matcher = ADDRESS.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
                while (matcher.find()) {
                    found.add(matcher.group());
                }
            }
        }
        return found;
    }

    private static EmittedRow row(String principal, String task, int address) {
        return new EmittedRow(Outboxes.row(principal, task, "1"), Optional.of("mail-" + address + "@example.com"));
    }

    private enum End {
        DELIVERED,
        DEAD,
        EXPIRED
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void anAddressIsThereWhileItsRowWaitsAndGoneWithIt(JournalMode mode) throws Exception {
        for (End end : End.values()) {
            for (boolean close : new boolean[] {false, true}) {
                Outbox outbox = open(mode);
                try {
                    Outboxes.add(outbox, List.of(row("bob", "t1", 1), row("eve", "t2", 2)), MANY);
                    assertThat(addressesInFiles()).containsExactly("mail-1@", "mail-2@");
                    clock.move(Duration.ofSeconds(1));
                    end(outbox, end);
                    assertThat(outbox.checkpoint()).isTrue();
                    if (close) {
                        outbox.close();
                    }
                    assertThat(addressesInFiles()).as(end + ", closed " + close).isEmpty();
                } finally {
                    outbox.close();
                }
            }
        }
    }

    private void end(Outbox outbox, End end) {
        List<PendingRow> due = Outboxes.due(outbox, clock.instant());
        switch (end) {
            case DELIVERED ->
                outbox.record(due.stream()
                        .map(row -> (Outcome) new Outcome.Delivered(row.seq()))
                        .toList());
            case DEAD ->
                outbox.record(due.stream()
                        .map(row -> (Outcome) new Outcome.Dead(row.seq(), "no"))
                        .toList());
            case EXPIRED -> outbox.expire(clock.instant(), Set.of(), 10);
        }
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void anAddressThatWasReplacedIsGone(JournalMode mode) throws Exception {
        try (Outbox outbox = open(mode)) {
            Outboxes.add(outbox, List.of(row("bob", "t1", 1)), MANY);
            Outboxes.add(outbox, List.of(row("bob", "t2", 2)), MANY);
            outbox.checkpoint();
            assertThat(addressesInFiles()).containsExactly("mail-2@");
        }
    }

    /** SQLite moves rows between pages, and leaves copies where they were. Rows that come and go bring that about. */
    @Test
    void howeverRowsComeAndGoOnlyAddressesOfPrincipalsWithRowsAreThere() throws Exception {
        long seed = Long.getLong("lumid.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, Integer> newest = new HashMap<>();
        int tasks = 0;
        try (Outbox outbox = open(JournalMode.WAL)) {
            for (int round = 0; round < 60; round++) {
                List<EmittedRow> rows = new ArrayList<>();
                for (int i = random.nextInt(300); i > 0; i--) {
                    String principal = "p" + random.nextInt(400);
                    newest.put(principal, ++tasks);
                    rows.add(row(principal, "t" + tasks + "-".repeat(random.nextInt(200)), tasks));
                }
                Outboxes.add(outbox, rows, MANY);
                clock.move(Duration.ofSeconds(1));
                recordSome(outbox, random);
                assertThat(outbox.checkpoint()).isTrue();
                Set<String> allowed = waiting(outbox).stream()
                        .map(principal -> "mail-" + newest.get(principal) + "@")
                        .collect(Collectors.toSet());
                assertThat(addressesInFiles()).as("seed " + seed).isEqualTo(allowed);
            }
        }
        assertThat(tasks).isGreaterThan(1000);
    }

    private void recordSome(Outbox outbox, Random random) {
        List<PendingRow> due = new ArrayList<>(Outboxes.due(outbox, clock.instant()));
        Collections.shuffle(due, random);
        List<Outcome> outcomes = new ArrayList<>();
        for (PendingRow row : due.subList(0, random.nextInt(due.size() + 1))) {
            switch (random.nextInt(10)) {
                case 0 -> outcomes.add(new Outcome.Dead(row.seq(), "no"));
                case 1 ->
                    outcomes.add(
                            new Outcome.Failed(row.seq(), "503 " + "-".repeat(random.nextInt(100)), clock.instant()));
                default -> outcomes.add(new Outcome.Delivered(row.seq()));
            }
        }
        outbox.record(outcomes);
    }

    private Set<String> waiting(Outbox outbox) {
        Instant later = clock.instant().plus(Outboxes.MAX_DELAY);
        return Outboxes.due(outbox, later).stream().map(PendingRow::principalId).collect(Collectors.toSet());
    }

    @Test
    void noTextOfAnyKindNamesAnAddress() {
        EmittedRow emitted = row("bob", "t1", 1);
        List<String> texts = new ArrayList<>();
        Outbox outbox = open(JournalMode.WAL);
        Outboxes.add(outbox, List.of(emitted), MANY);
        texts.add(Outboxes.due(outbox, clock.instant()).toString());
        texts.add(Outboxes.due(outbox, clock.instant())
                .get(0)
                .withEmail(emitted.email().orElseThrow())
                .toString());
        texts.add(outbox.metrics().toString());
        texts.add(refusal(() -> Outboxes.add(outbox, List.of(emitted), 1)));
        outbox.record(List.of(new Outcome.Dead(1, "no")));
        texts.add(outbox.deadLetters().list(10).toString());
        outbox.close();
        texts.add(refusal(() -> Outboxes.add(outbox, List.of(emitted), MANY)));
        assertThat(texts).noneMatch(text -> ADDRESS.matcher(text).find());
    }

    private static String refusal(ThrowingCallable call) {
        StringWriter text = new StringWriter();
        catchThrowableOfType(RuntimeException.class, call).printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
