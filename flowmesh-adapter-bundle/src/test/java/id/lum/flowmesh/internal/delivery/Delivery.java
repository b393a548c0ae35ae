package id.lum.flowmesh.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Answer;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.ScriptedResult;
import id.lum.flowmesh.internal.outbox.Outbox;
import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.flowmesh.internal.runmesh.RunmeshEndpoint;
import id.lum.support.sqlite.JournalMode;
import id.lum.testing.Await;
import id.lum.testing.ManualClock;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** An outbox on the disk, its delivery loop and a Runmesh, for tests. Time moves by hand. */
public final class Delivery implements AutoCloseable {
    public static final String SECRET = "the bridge secret";
    public static final Duration RETENTION = Duration.ofDays(30);
    public static final int REFUSALS = 10;
    public static final ScriptedResult ERROR = ScriptedResult.refusing(Answer.of(500, "{\"msg\":\"oops\"}"));

    public final ManualClock clock = Outboxes.clock();
    public final FakeRunmesh runmesh = FakeRunmesh.start(SECRET);
    /** Addresses of principals, as far as they are known. */
    public final Map<String, String> directory = new ConcurrentHashMap<>();

    private volatile UnaryOperator<String> lookup = directory::get;
    private final RunmeshClient client;
    private final Path path;
    private DeliveryPolicy policy = policy(runmesh, SECRET);
    private volatile DeliveredOutbox open;

    public Delivery(Path folder) {
        this(folder, RunmeshClient.ENTRY_TIMEOUT);
    }

    public Delivery(Path folder, Duration entryTimeout) {
        path = folder.resolve("outbox.sqlite");
        client = new RunmeshClient(clock, RunmeshClient.BALANCE_TIMEOUT, entryTimeout);
        open();
    }

    public static DeliveryPolicy policy(FakeRunmesh runmesh, String secret) {
        return new DeliveryPolicy(Optional.of(new RunmeshEndpoint(runmesh.url(), secret)), RETENTION, REFUSALS);
    }

    public static DeliveryPolicy nowhere() {
        return new DeliveryPolicy(Optional.empty(), RETENTION, REFUSALS);
    }

    private void open() {
        open = DeliveredOutbox.open(
                Outboxes.settings(path, JournalMode.WAL),
                client,
                principal -> Optional.ofNullable(lookup.apply(principal)),
                clock,
                policy);
    }

    public void reopen() {
        open.close();
        open();
    }

    public DeliveredOutbox deliveredOutbox() {
        return open;
    }

    public Outbox outbox() {
        return open.outbox();
    }

    public DeliveryLoop loop() {
        return open.delivery();
    }

    /** Who is asked for addresses instead; null is nobody's. */
    public void directory(UnaryOperator<String> instead) {
        lookup = instead;
    }

    /** From now on every write of a row fails, as with a disk that is broken. */
    public void failWrites() throws SQLException {
        String fails = " BEGIN SELECT raise(ABORT, 'the disk fails'); END";
        Outboxes.run(
                path,
                "CREATE TRIGGER failing_inserts BEFORE INSERT ON usage_rows" + fails,
                "CREATE TRIGGER failing_deletes BEFORE DELETE ON usage_rows" + fails,
                "CREATE TRIGGER failing_queues BEFORE UPDATE ON queues" + fails);
    }

    public void mendWrites() throws SQLException {
        Outboxes.run(
                path, "DROP TRIGGER failing_inserts", "DROP TRIGGER failing_deletes", "DROP TRIGGER failing_queues");
    }

    /** Returns when it counts: a row that comes after is not sent by the policy before. */
    public void configure(DeliveryPolicy next) {
        policy = next;
        round();
    }

    /** Rows that come with the address of their principal. */
    public void emit(String principal, String... tasks) {
        Outboxes.add(
                outbox(),
                Stream.of(tasks).map(task -> Outboxes.emitted(principal, task)).toList(),
                Outboxes.MANY);
    }

    public void emitWithoutEmail(String principal, String... tasks) {
        Outboxes.add(
                outbox(),
                Stream.of(tasks)
                        .map(task -> Outboxes.withoutEmail(principal, task))
                        .toList(),
                Outboxes.MANY);
    }

    /** Time passes; the loop would have noticed by itself. */
    public void pass(Duration time) {
        clock.move(time);
        loop().wake();
    }

    /** Time passes in steps, each when the last has had its effect, until something is so. */
    public void passUntil(String what, Duration step, Duration most, BooleanSupplier condition) {
        Duration passed = Duration.ZERO;
        while (!condition.getAsBoolean()) {
            assertThat(passed).as("time until " + what).isLessThanOrEqualTo(most);
            pass(step);
            passed = passed.plus(step);
            awaitIdle();
        }
    }

    /** Until nothing is under way, and the loop has nothing to do by the time there is. */
    public void awaitIdle() {
        do {
            round();
            round();
        } while (loop().status().underWay() > 0);
        round();
    }

    /** Until Runmesh, left alone so far, is asked whether it is back. */
    public void passUntilProbe() {
        int asked = runmesh.requests();
        pass(Duration.ofMinutes(1));
        Await.until("it is asked", () -> runmesh.requests() > asked);
    }

    /** Until the loop has applied a change, which changes nothing. */
    public void round() {
        DeliveryPolicy copy = new DeliveryPolicy(policy.runmesh(), policy.retention(), policy.refusals());
        loop().configure(copy);
        Await.until("the loop has applied it", () -> loop().status().policy() == copy);
    }

    public void awaitDelivered(String... tasks) {
        Await.until(
                "delivered are " + List.of(tasks),
                () -> runmesh.ledger().amounts().keySet().containsAll(List.of(tasks)));
    }

    public void awaitEmpty() {
        Await.until("no row waits", () -> outbox().metrics().pending() == 0);
    }

    public int tries(String task) {
        return runmesh.ledger().attempts(task).size();
    }

    /** What stands in a column of the queue of a principal. */
    public String queue(String principal, String column) {
        try {
            List<String> found = Outboxes.rows(
                    path, "SELECT coalesce(" + column + ", '') FROM queues WHERE principal_id = '" + principal + "'");
            return found.isEmpty() ? "" : found.get(0);
        } catch (SQLException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void close() {
        open.close();
        client.close();
        runmesh.close();
        assertThat(runmesh.violations()).isEmpty();
    }
}
