package id.lum.flowmesh.internal.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.support.sqlite.JournalMode;
import java.io.BufferedReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An outbox that holds a hundred thousand rows works as one that holds a few. */
class OutboxScaleTest {
    private static final int ROWS = 100_000;
    private static final int PRINCIPALS = 20_000;

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void fill() throws Exception {
        path = directory.resolve("outbox.sqlite");
        Outboxes.open(path).close();
        String numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ";
        Outboxes.run(
                path,
                "BEGIN",
                String.format(numbers, ROWS - 1)
                        + "INSERT INTO usage_rows SELECT i + 1, 'p' || (i % " + PRINCIPALS
                        + "), 'lumid', NULL, '2026-06-01T08:00:00Z', '0.10', 't' || i, '1.0', '1.0', 'DONE', i FROM n",
                String.format(numbers, PRINCIPALS - 1)
                        + "INSERT INTO queues SELECT 'p' || i, i, 0, 0, 0, NULL, NULL, NULL FROM n",
                "COMMIT");
    }

    @Test
    void noCallReadsAllRowsNorSortsThem() throws Exception {
        Set<String> plans = new TreeSet<>();
        try (Connection connection = Outboxes.connect(path)) {
            for (String statement : statementsOfEveryCall()) {
                try (var sql = connection.createStatement();
                        var row = sql.executeQuery("EXPLAIN QUERY PLAN " + statement)) {
                    while (row.next()) {
                        plans.add(row.getString("detail") + " in: " + statement);
                    }
                }
            }
        }
        assertThat(plans).anyMatch(plan -> plan.startsWith("SEARCH q USING INDEX queues_due (due_at<?)"));
        assertThat(plans).filteredOn(plan -> plan.contains("TEMP B-TREE")).isEmpty();
        assertThat(plans)
                .filteredOn(plan -> plan.startsWith("SCAN"))
                .map(plan -> plan.replaceFirst(" in: .*", ""))
                .as("no table but the one row of totals, and what is read in its order from one end")
                .containsOnly(
                        "SCAN CONSTANT ROW",
                        "SCAN 20-ROW VALUES CLAUSE",
                        "SCAN totals",
                        "SCAN queues USING COVERING INDEX queues_due",
                        "SCAN dead_letters");
    }

    /** All that is ever prepared, but what metrics count. */
    private Set<String> statementsOfEveryCall() throws Exception {
        Set<String> statements = new TreeSet<>();
        Connection connection = Outboxes.connect(path);
        Connection spy = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, args) -> {
                    if (method.getName().equals("prepareStatement")) {
                        statements.add((String) args[0]);
                    }
                    try {
                        return method.invoke(connection, args);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
        try (OutboxTable table = new OutboxTable(spy)) {
            statements.clear();
            callEverything(table);
        }
        return statements;
    }

    private static void add(OutboxTable table, int count, String principal, long now) throws Exception {
        List<UsageRow> rows = Collections.nCopies(count, Outboxes.row(principal, "t", "0.10"));
        table.add(rows, Collections.nCopies(count, Optional.of(principal + now + "@example.com")), now);
    }

    private static void callEverything(OutboxTable table) throws Exception {
        long now = ROWS;
        table.totals();
        table.oldest();
        add(table, 1, "bob", now);
        add(table, 50, "eve", now);
        add(table, 1, "eve", now);
        List<PendingRow> due = table.queues().due(now, 6, Set.of(), 2 * now);
        assertThat(due).hasSize(6);
        table.queues().due(-1, 5, Set.of(), -1);
        assertThat(table.queues().behind("p5", 6, 3)).hasSize(3);
        assertThat(table.queues().newest(now, Set.of("p0"))).isPresent();
        assertThat(table.queues().nextDue(now, Set.of("p0"), 2 * now)).hasValue(1);
        Instant later = Instant.ofEpochMilli(now + 1);
        table.record(
                List.of(
                        new Outcome.Delivered(due.get(0).seq()),
                        new Outcome.Refused(due.get(1).seq(), "no", later),
                        new Outcome.Failed(due.get(2).seq(), "no", later),
                        new Outcome.Held(due.get(3).seq()),
                        new Outcome.Dead(due.get(4).seq(), "no")),
                now);
        table.queues().held(10, "");
        table.queues().release("p3", now);
        assertThat(table.queues().failedToDue(now, 10)).isEqualTo(1);
        assertThat(table.expire(now, Set.of(), 10, now)).isEqualTo(10);
        assertThat(table.deadLetters(10)).hasSize(10);
        assertThat(table.lastDead()).isEqualTo(11);
        assertThat(table.deadUpTo(11, 100)).hasSize(11);
        table.retry(1, now);
        table.discard(2);
        // Ends a queue, and wipes its address.
        table.record(List.of(new Outcome.Delivered(ROWS + 1)), now);
    }

    @Test
    void whatAnOutboxHoldsIsNotHeldInMemory() throws Exception {
        Outboxes.run(
                path,
                "UPDATE queues SET failures = 1, due_at = " + Long.MAX_VALUE,
                "INSERT INTO dead_letters SELECT seq, principal_id, org_id, supplier_id, occurred_at, cost, task_id,"
                        + " runtime_sec, cost_per_hour, task_status, emitted_at, 0, 'no' FROM usage_rows"
                        + " WHERE seq <= 20000");
        // As objects, what is there would need several times as much.
        Process child = ChildOutbox.start(List.of("-Xmx12m", "-XX:+UseSerialGC"), "walk", path.toString());
        List<String> said = new ArrayList<>();
        try (BufferedReader out = child.inputReader()) {
            out.lines().forEach(said::add);
        }
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(said).containsExactly("due 100", "expired 1000", "retried 21000", "delivered 1000", "live 119000");
        assertThat(child.exitValue()).isZero();
    }

    @Test
    void aSettledRowCostsAFewPagesHoweverManyThereAre() throws Exception {
        try (Outbox outbox = Outboxes.open(path, JournalMode.WAL)) {
            PendingRow row = outbox.due(Instant.ofEpochMilli(ROWS), 1, Set.of(), Outboxes.MAX_DELAY)
                    .get(0);
            outbox.checkpoint();
            outbox.record(List.of(new Outcome.Delivered(row.seq())));
            assertThat(outbox.deadLetters().retryAll()).isZero();
            // Each page of the log is 4096 bytes and a header.
            assertThat(path.resolveSibling("outbox.sqlite-wal").toFile().length() / 4096)
                    .isLessThan(30);
        }
    }
}
