package id.lum.flowmesh.internal.outbox;

import id.lum.flowmesh.internal.usage.PendingRow;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * An outbox in a JVM of its own. Told "work", it never stops adding and settling, and says before each call what it
 * tries and after it that it returned; told "walk", it goes once through an outbox with all calls there are.
 */
final class ChildOutbox {
    static final int ADDERS = 3;
    /** Rows of this principal die and are retried, so they keep no order. */
    static final String MORTAL = "p0";

    private final Outbox outbox;
    // Each line is one write to the pipe, so whatever was said before the end is heard.
    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private ChildOutbox(Path path) {
        this.outbox = Outbox.open(
                Outboxes.settings(path, id.lum.support.sqlite.JournalMode.WAL), Clock.systemUTC(), () -> {});
    }

    public static void main(String[] args) {
        ChildOutbox child = new ChildOutbox(Path.of(args[1]));
        if (args[0].equals("work")) {
            child.work(Long.parseLong(args[2]));
        } else {
            child.walk();
        }
    }

    static Process start(List<String> options, String... args) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Starts faster, and the machine has other things to do.
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, ChildOutbox.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private synchronized void say(String line) {
        out.println(line);
    }

    static BigDecimal costOf(String task) {
        return BigDecimal.valueOf(task.hashCode(), 7);
    }

    private void work(long seed) {
        for (int adder = 0; adder < ADDERS; adder++) {
            int name = adder;
            new Thread(() -> add(name, new Random(seed + name))).start();
        }
        say("ready");
        record(new Random(seed - 1));
    }

    private void add(int adder, Random random) {
        for (int task = 0; ; ) {
            List<EmittedRow> rows = new ArrayList<>();
            List<String> tasks = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                String name = adder + "-" + task++;
                tasks.add(name);
                rows.add(new EmittedRow(
                        Outboxes.row("p" + adder, name, costOf(name).toString()), Optional.of("p@example.com")));
            }
            say("adding " + String.join(" ", tasks));
            Outboxes.add(outbox, rows, Outboxes.MANY);
            say("added " + String.join(" ", tasks));
        }
    }

    private void record(Random random) {
        for (; ; ) {
            List<Outcome> outcomes = new ArrayList<>();
            List<String> tasks = new ArrayList<>();
            for (PendingRow row : outbox.due(Instant.now(), 3, Set.of(), Outboxes.MAX_DELAY)) {
                int what = random.nextInt(4);
                if (row.principalId().equals(MORTAL) && what < 2) {
                    outcomes.add(new Outcome.Dead(row.seq(), "no"));
                } else if (what < 3) {
                    tasks.add(row.taskId());
                    outcomes.add(new Outcome.Delivered(row.seq()));
                } else {
                    outcomes.add(new Outcome.Refused(row.seq(), "no", Instant.now()));
                }
            }
            say("delivering " + String.join(" ", tasks));
            outbox.record(outcomes);
            say("delivered " + String.join(" ", tasks));
            if (random.nextInt(4) == 0) {
                outbox.deadLetters().retryAll();
            }
        }
    }

    /** With more rows than would fit into the memory that it is given. */
    private void walk() {
        Instant now = Instant.now();
        outbox.makeFailedDue();
        say("due "
                + outbox.due(now.plus(Outboxes.MAX_DELAY), 100, Set.of(), Outboxes.MAX_DELAY)
                        .size());
        outbox.nextDue(now, Set.of(), Outboxes.MAX_DELAY);
        say("expired " + outbox.expire(now, Set.of(), 1000));
        say("retried " + outbox.deadLetters().retryAll());
        List<Outcome> outcomes = new ArrayList<>();
        for (PendingRow row : outbox.due(Instant.now(), 1000, Set.of(), Outboxes.MAX_DELAY)) {
            outcomes.add(new Outcome.Delivered(row.seq()));
        }
        outbox.record(outcomes);
        say("delivered " + outcomes.size());
        say("live " + outbox.metrics().pending());
        outbox.close();
    }
}
