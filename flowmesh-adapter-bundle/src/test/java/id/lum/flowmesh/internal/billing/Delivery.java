package id.lum.flowmesh.internal.billing;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Answer;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.ScriptedResult;
import id.lum.support.sqlite.JournalMode;
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
final class Delivery implements AutoCloseable {
    static final String SECRET = "the bridge secret";
    static final Duration RETENTION = Duration.ofDays(30);
    static final int REFUSALS = 10;
    static final ScriptedResult ERROR = ScriptedResult.refusing(Answer.of(500, "{\"msg\":\"oops\"}"));

    final ManualClock clock = Outboxes.clock();
    final FakeRunmesh runmesh = FakeRunmesh.start(SECRET);
    /** Addresses of principals, as far as they are known. */
    final Map<String, String> directory = new ConcurrentHashMap<>();

    private volatile UnaryOperator<String> lookup = directory::get;
    private final RunmeshClient client;
    private final Path path;
    private DeliveryPolicy policy = policy(runmesh, SECRET);
    private volatile DeliveredOutbox open;

    Delivery(Path folder) {
        this(folder, RunmeshClient.ENTRY_TIMEOUT);
    }

    Delivery(Path folder, Duration entryTimeout) {
        path = folder.resolve("outbox.sqlite");
        client = new RunmeshClient(clock, RunmeshClient.BALANCE_TIMEOUT, entryTimeout);
        open();
    }

    static DeliveryPolicy policy(FakeRunmesh runmesh, String secret) {
        return new DeliveryPolicy(Optional.of(new RunmeshEndpoint(runmesh.url(), secret)), RETENTION, REFUSALS);
    }

    static DeliveryPolicy nowhere() {
        return new DeliveryPolicy(Optional.empty(), RETENTION, REFUSALS);
    }

    private void open() {
        open = DeliveredOutbox.open(
                Outboxes.settings(path, JournalMode.WAL).database(),
                client,
                principal -> Optional.ofNullable(lookup.apply(principal)),
                clock,
                policy);
    }

    void reopen() {
        open.close();
        open();
    }

    DeliveredOutbox deliveredOutbox() {
        return open;
    }

    Outbox outbox() {
        return open.outbox();
    }

    DeliveryLoop loop() {
        return open.delivery();
    }

    /** Who is asked for addresses instead; null is nobody's. */
    void directory(UnaryOperator<String> instead) {
        lookup = instead;
    }

    /** From now on every write of a row fails, as with a disk that is broken. */
    void failWrites() throws SQLException {
        String fails = " BEGIN SELECT raise(ABORT, 'the disk fails'); END";
        Outboxes.run(
                path,
                "CREATE TRIGGER failing_inserts BEFORE INSERT ON usage_rows" + fails,
                "CREATE TRIGGER failing_deletes BEFORE DELETE ON usage_rows" + fails,
                "CREATE TRIGGER failing_lanes BEFORE UPDATE ON lanes" + fails);
    }

    void mendWrites() throws SQLException {
        Outboxes.run(
                path, "DROP TRIGGER failing_inserts", "DROP TRIGGER failing_deletes", "DROP TRIGGER failing_lanes");
    }

    /** Returns when it counts: a row that comes after is not sent by the policy before. */
    void configure(DeliveryPolicy next) {
        policy = next;
        round();
    }

    /** Rows that come with the address of their principal. */
    void emit(String principal, String... tasks) {
        outbox().add(
                        Stream.of(tasks)
                                .map(task -> Outboxes.emitted(principal, task))
                                .toList(),
                        Outboxes.MANY);
    }

    void emitWithoutEmail(String principal, String... tasks) {
        outbox().add(
                        Stream.of(tasks)
                                .map(task -> Outboxes.withoutEmail(principal, task))
                                .toList(),
                        Outboxes.MANY);
    }

    /** Time passes; the loop would have noticed by itself. */
    void pass(Duration time) {
        clock.move(time);
        loop().wake();
    }

    /** Time passes in steps, each when the last has had its effect, until something is so. */
    void passUntil(String what, Duration step, Duration most, BooleanSupplier condition) {
        Duration passed = Duration.ZERO;
        while (!condition.getAsBoolean()) {
            assertThat(passed).as("time until " + what).isLessThanOrEqualTo(most);
            pass(step);
            passed = passed.plus(step);
            awaitIdle();
        }
    }

    /** Until nothing is under way, and the loop has nothing to do by the time there is. */
    void awaitIdle() {
        do {
            round();
            round();
        } while (loop().underWay() > 0);
        round();
    }

    /** Until Runmesh, left alone so far, is asked whether it is back. */
    void passUntilProbe() {
        int asked = runmesh.requests();
        pass(Duration.ofMinutes(1));
        Outboxes.await("it is asked", () -> runmesh.requests() > asked);
    }

    /** Until the loop has applied a change, which changes nothing. */
    void round() {
        EndpointHealth before = loop().health();
        loop().configure(policy);
        Outboxes.await("the loop has applied it", () -> loop().health() != before);
    }

    void awaitDelivered(String... tasks) {
        Outboxes.await(
                "delivered are " + List.of(tasks),
                () -> runmesh.ledger().amounts().keySet().containsAll(List.of(tasks)));
    }

    void awaitEmpty() {
        Outboxes.await("no row waits", () -> outbox().figures().pending() == 0);
    }

    int tries(String task) {
        return runmesh.ledger().attempts(task).size();
    }

    /** What stands in a column of the queue of a principal. */
    String queue(String principal, String column) {
        try {
            List<String> found = Outboxes.rows(
                    path, "SELECT coalesce(" + column + ", '') FROM lanes WHERE principal_id = '" + principal + "'");
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
