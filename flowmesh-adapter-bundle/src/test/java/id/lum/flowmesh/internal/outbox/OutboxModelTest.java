package id.lum.flowmesh.internal.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.support.sqlite.JournalMode;
import id.lum.testing.ManualClock;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random calls, on the outbox and on plain lists: every answer is the same. */
class OutboxModelTest {
    private static final List<String> PRINCIPALS = List.of("bob", "eve", "Bob", "a\0b", " x", "é", "mal", "zoe");
    private static final int MAX_ROWS = 60;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("lumid.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ManualClock clock = Outboxes.clock();
    private final OutboxModel model = new OutboxModel();
    private final List<String> history = new ArrayList<>();
    private int tasks;

    @Test
    void theOutboxAnswersAsPlainListsDoWithALog() {
        run(JournalMode.WAL, 2000);
    }

    @Test
    void theOutboxAnswersAsPlainListsDoWithARollbackJournal() {
        run(JournalMode.ROLLBACK, 400);
    }

    private void run(JournalMode mode, int steps) {
        System.out.println("seed " + seed);
        Outbox outbox = open(mode);
        try {
            for (int i = 0; i < steps; i++) {
                if (random.nextInt(100) == 0) {
                    history.add("reopen");
                    outbox.close();
                    outbox = open(mode);
                }
                step(outbox);
                compare(outbox);
                clock.move(Duration.ofSeconds(random.nextInt(200) - 30));
            }
        } finally {
            outbox.close();
        }
    }

    private Outbox open(JournalMode mode) {
        return Outbox.open(Outboxes.settings(directory.resolve(mode + ".sqlite"), mode), clock, () -> {});
    }

    private String story() {
        return "seed " + seed + ", last calls " + history.subList(Math.max(0, history.size() - 40), history.size());
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private long now() {
        return clock.millis();
    }

    private void step(Outbox outbox) {
        int what = random.nextInt(100);
        history.add(what + " at " + clock.instant());
        if (what < 35) {
            add(outbox);
        } else if (what < 75) {
            record(outbox);
        } else if (what < 79) {
            List<String> some = List.of(any(PRINCIPALS), any(PRINCIPALS), "nobody");
            outbox.release(some);
            model.release(some, now());
        } else if (what < 82) {
            outbox.makeFailedDue();
            model.makeFailedDue(now());
        } else if (what < 86) {
            long before = now() - random.nextInt(3_000_000);
            int most = random.nextInt(4);
            Set<Long> except = model.someSeqs(random);
            assertThat(outbox.expire(Instant.ofEpochMilli(before), except, most))
                    .as(this::story)
                    .isEqualTo(model.expire(before, except, most, now()));
        } else if (what < 92) {
            Optional<Long> id = random.nextInt(4) == 0 ? Optional.empty() : Optional.of(model.someId(random));
            assertThat(
                            (id.isPresent()
                                    ? outbox.deadLetters().retry(id.get())
                                    : outbox.deadLetters().retryAll()))
                    .as(this::story)
                    .isEqualTo(model.retry(id, now()));
        } else if (what < 96) {
            long id = model.someId(random);
            assertThat(outbox.deadLetters().discard(id).isPresent())
                    .as(this::story)
                    .isEqualTo(model.discard(id));
        } else {
            assertThat(outbox.checkpoint()).isTrue();
        }
    }

    private void add(Outbox outbox) {
        List<EmittedRow> rows = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            String principal = any(PRINCIPALS);
            rows.add(new EmittedRow(
                    Outboxes.row(
                            principal,
                            "t" + tasks++,
                            BigDecimal.valueOf(random.nextInt(), random.nextInt(9))
                                    .toString()),
                    random.nextBoolean()
                            ? Optional.empty()
                            : Optional.of(principal.strip().replace("\0", "") + random.nextInt(3) + "@example.com")));
        }
        history.add("add " + rows);
        if (!rows.isEmpty() && model.size() + rows.size() > MAX_ROWS) {
            assertThatThrownBy(() -> Outboxes.add(outbox, rows, MAX_ROWS))
                    .as(this::story)
                    .isInstanceOf(OutboxFull.class);
        } else {
            Outboxes.add(outbox, rows, MAX_ROWS);
            model.add(rows, now());
        }
    }

    private void record(Outbox outbox) {
        List<Outcome> outcomes = new ArrayList<>();
        for (PendingRow row : model.due(now(), 4, Set.of(), Outboxes.MAX_DELAY.toMillis())) {
            outcomes.add(outcome(row.seq()));
        }
        if (random.nextInt(5) == 0) {
            model.someSeqs(random).forEach(seq -> outcomes.add(outcome(seq)));
        }
        history.add("settle " + outcomes);
        outbox.record(outcomes);
        model.record(outcomes, now());
    }

    private Outcome outcome(long seq) {
        Instant nextTry = clock.instant().plusSeconds(random.nextInt(3000));
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> new Outcome.Delivered(seq);
            case 3 -> new Outcome.Refused(seq, "refused " + random.nextInt(9), nextTry);
            case 4 -> new Outcome.Dead(seq, "dead " + random.nextInt(9));
            case 5 -> new Outcome.Held(seq);
            default -> new Outcome.Failed(seq, "failed " + random.nextInt(9), nextTry);
        };
    }

    private void compare(Outbox outbox) {
        int most = random.nextInt(PRINCIPALS.size() + 2);
        Set<String> except = new TreeSet<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            except.add(any(PRINCIPALS));
        }
        long longest = Outboxes.MAX_DELAY.toMillis();
        assertThat(outbox.due(clock.instant(), most, except, Outboxes.MAX_DELAY))
                .as(this::story)
                .isEqualTo(model.due(now(), most, except, longest));
        assertThat(outbox.newest(clock.instant(), except)).as(this::story).isEqualTo(model.newest(now(), except));
        assertThat(outbox.nextDue(clock.instant(), except, Outboxes.MAX_DELAY).map(Instant::toEpochMilli))
                .as(this::story)
                .isEqualTo(model.nextDue(now(), except, longest));
        String after = random.nextBoolean() ? "" : any(PRINCIPALS);
        assertThat(outbox.heldPrincipals(most, after)).as(this::story).isEqualTo(model.held(most, after));
        assertThat(outbox.deadLetters().list(MAX_ROWS)).as(this::story).isEqualTo(model.deadLetters());
        OutboxMetrics metrics = outbox.metrics();
        assertThat(List.of(
                        metrics.pending(),
                        metrics.deadLetters(),
                        metrics.principals(),
                        metrics.withoutEmail(),
                        metrics.oldest()))
                .as(this::story)
                .isEqualTo(model.metrics());
        assertThat(outbox.isEmpty()).as(this::story).isEqualTo(model.size() == 0);
    }
}
