package id.lum.flowmesh.internal.billing;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Answer;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.ScriptedResult;
import id.lum.flowmesh.internal.delivery.Children;
import id.lum.flowmesh.internal.delivery.Delivery;
import id.lum.flowmesh.internal.outbox.OutboxMetrics;
import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.sqlite.JournalMode;
import id.lum.testing.Await;
import id.lum.testing.EmptyFramework;
import java.io.BufferedReader;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed at random moments, again and again on the same outbox, while it emits and delivers, its settings
 * change, and the addresses of some are not known: every row that the hook took is billed in the end, once, in order.
 */
class KilledBillingTest {
    private static final int KILLS = Integer.getInteger("lumid.kills", 4);
    private static final int WORKERS = 4;
    /** Before a round the fake is told what to do with so many entries. */
    private static final int SCRIPTED = 200;
    /** Each round leaves rows that it had no time to deliver, and the last process has them all. */
    private static final Duration MAX_DRAIN = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    private final FakeRunmesh runmesh = FakeRunmesh.start(Delivery.SECRET);
    /** Of each principal the tasks whose call returned, in that order. */
    private final Map<String, List<String>> acknowledged = new TreeMap<>();

    @Test
    @Timeout(value = 60 + 15L * 1000, unit = TimeUnit.SECONDS)
    void everyAcknowledgedRowIsBilledOnceInOrder() throws Exception {
        long seed = Long.getLong("lumid.seed", System.nanoTime());
        Random random = new Random(seed);
        int underWay = 0;
        try (runmesh) {
            for (int round = 0; round < KILLS; round++) {
                script(random);
                runAndKill(round, random.nextInt(1200));
                underWay += runmesh.held();
                runmesh.release();
            }
            runmesh.entries().normal();
            int waited = drain();
            verify("seed " + seed);
            long rows = acknowledged.values().stream().mapToLong(List::size).sum();
            long again = runmesh.ledger().attempts().size() - runmesh.ledger().size();
            System.out.println(KILLS + " kills, seed " + seed + ", " + underWay + " answers withheld at them; " + rows
                    + " rows acknowledged, " + waited + " of them left to the last process; " + again
                    + " attempts refused or repeated");
        }
    }

    private void script(Random random) {
        for (int i = 0; i < SCRIPTED; i++) {
            runmesh.entries().next(verdict(random.nextInt(30)));
        }
    }

    private static ScriptedResult verdict(int what) {
        return switch (what) {
            case 0, 1 -> ScriptedResult.refusing(Answer.of(500, "{}"));
            case 2, 3 -> ScriptedResult.accepting(Answer.closing());
            case 4 -> ScriptedResult.accepting(FakeRunmesh.OK.afterRelease());
            default -> ScriptedResult.accepting(FakeRunmesh.OK);
        };
    }

    private static Process child(String how, Path folder, FakeRunmesh runmesh, int round) throws Exception {
        return Children.start(
                KilledBillingTest.class,
                List.of(),
                how,
                folder.toString(),
                runmesh.url().toString(),
                Integer.toString(round));
    }

    private void runAndKill(int round, int millis) throws Exception {
        Process child = child("emit", folder, runmesh, round);
        try (BufferedReader out = child.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            new Thread(() -> {
                        try {
                            assertThat(child.waitFor(millis, TimeUnit.MILLISECONDS))
                                    .isFalse();
                        } catch (InterruptedException ended) {
                            Thread.currentThread().interrupt();
                        }
                        // The process alone: destroying the object would close the pipe and lose what it said last.
                        child.toHandle().destroyForcibly();
                    })
                    .start();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String[] words = line.split(" ");
                if (words.length == 3 && words[2].equals(".")) {
                    acknowledged
                            .computeIfAbsent(words[0], who -> new ArrayList<>())
                            .add(words[1]);
                }
            }
        }
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as("killed, not ended").isEqualTo(137);
    }

    /** The last process is left alone. */
    private int drain() throws Exception {
        Process child = child("drain", folder, runmesh, KILLS);
        try (BufferedReader out = child.inputReader()) {
            int waited = Integer.parseInt(out.readLine());
            assertThat(out.readLine()).isEqualTo("empty");
            assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
            return waited;
        }
    }

    private void verify(String what) {
        Map<String, String> amounts = runmesh.ledger().amounts();
        acknowledged.forEach((principal, tasks) -> {
            List<String> billed = new ArrayList<>(runmesh.ledger().tasksOf(principal));
            // What was emitted and not acknowledged may be there, or not.
            billed.retainAll(tasks);
            assertThat(billed).as(what + ", " + principal).isEqualTo(tasks);
            tasks.forEach(task -> assertThat(amounts).as(what).containsEntry(task, cost(task)));
        });
        assertThat(runmesh.ledger().conflicts()).as(what).isEmpty();
        assertThat(runmesh.violations()).as(what).isEmpty();
    }

    /** Anybody can tell what a task costs, and no two of a worker cost the same. */
    private static String cost(String task) {
        return new BigDecimal(task.substring(task.lastIndexOf('-') + 1)).movePointLeft(3) + "0";
    }

    public static void main(String[] args) throws Exception {
        int round = Integer.parseInt(args[3]);
        boolean last = args[0].equals("drain");
        Path folder = Path.of(args[1]);
        try (EmptyFramework framework = new EmptyFramework(folder.resolve("felix-" + round));
                Billing billing = new Billing(
                        framework.context(),
                        Map.of(),
                        who -> Optional.of(who + "@example.com").filter(address -> last || isKnown(who, round)),
                        (who, longest) -> Optional.empty())) {
            billing.apply(settings(args, Delivery.SECRET, JournalMode.WAL));
            UsageOutbox outbox = framework.service(UsageOutbox.class).orElseThrow();
            if (last) {
                Children.say(Long.toString(metrics(outbox).pending()));
                Await.until("no row waits", MAX_DRAIN, () -> metrics(outbox).pending() == 0);
                Children.say(metrics(outbox).deadLetters() == 0 ? "empty" : "dead letters");
            } else {
                emit(new OutboxUsageSink(outbox), billing, args);
            }
        }
    }

    /** Of each worker one principal is not known in a run, and another one in the next. */
    private static boolean isKnown(String principal, int round) {
        return (Integer.parseInt(principal.substring(1)) + round) % 3 != 0;
    }

    private static OutboxMetrics metrics(UsageOutbox outbox) {
        return outbox.leased().withResource(open -> open.outbox().metrics());
    }

    private static BillingSettings settings(String[] args, String secret, JournalMode journal) {
        return BillingSettings.parse(
                DeclaredSettings.of(
                        BillingConfiguration.class,
                        "id.lum.flowmesh",
                        Map.of(
                                "billing.base.url",
                                args[2],
                                ".bridge.secret",
                                secret,
                                "outbox.db.path",
                                args[1] + "/outbox.sqlite")),
                journal);
    }

    private static void emit(OutboxUsageSink sink, Billing billing, String[] args) {
        Children.say("ready");
        for (int worker = 0; worker < WORKERS; worker++) {
            String name = worker + "-" + args[3] + "-";
            int principals = worker;
            new Thread(() -> emit(sink, principals, name)).start();
        }
        // Meanwhile an operator changes this and that.
        while (true) {
            billing.apply(settings(args, "wrong", JournalMode.WAL));
            billing.apply(settings(args, Delivery.SECRET, JournalMode.ROLLBACK));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            billing.apply(settings(args, Delivery.SECRET, JournalMode.WAL));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    /** Each worker has three principals of its own, so that the order of their rows is certain. */
    private static void emit(OutboxUsageSink sink, int worker, String name) {
        for (int i = 1; ; i++) {
            String principal = "p" + worker + i % 3;
            String task = name + i;
            sink.emit(List.of(Outboxes.row(principal, task, cost(task))));
            Children.say(principal + " " + task + " .");
        }
    }
}
