package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.Sweep;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.testing.Await;
import id.lum.testing.Background;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How writes of many callers share the writer: commits, failures, waits, and the end. */
class GrantWritesTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    /** Less than half of what a call would wait for otherwise; a busy machine is no reason to fail. */
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void name() {
        path = directory.resolve("acl.sqlite");
    }

    private SqliteGrantStore open(StoreLimits limits, String... pragmas) {
        return SqliteGrantStore.open(Stores.settings(path, JournalMode.WAL, limits), Stores.clock(), List.of(pragmas));
    }

    private SqliteGrantStore patient(String... pragmas) {
        return open(Stores.quick(LONG, LONG), pragmas);
    }

    /** Grants that many ids to bob, each from a thread of its own, and waits until all of them stand in the queue. */
    private static List<CompletableFuture<String>> queueUp(SqliteGrantStore store, List<String> ids) {
        List<CompletableFuture<String>> calls = new ArrayList<>();
        for (String id : ids) {
            calls.add(Background.start(() -> {
                store.grant("workflow", id, "bob", WRITE);
                return id;
            }));
        }
        // The writer has taken one, and waits for the lock with it.
        Await.until("all are queued", () -> store.metrics().queued() == ids.size() - 1);
        return calls;
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "wf-" + i).toList();
    }

    private static String outcome(CompletableFuture<?> call) throws Exception {
        try {
            Await.result(call);
            return "written";
        } catch (ExecutionException failed) {
            assertThat(failed.getCause()).isInstanceOf(StoreUnavailable.class);
            return failed.getCause().getMessage();
        }
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void aHundredWritesThatMeetShareOneCommit(JournalMode mode) throws Exception {
        try (SqliteGrantStore store =
                        SqliteGrantStore.open(Stores.settings(path, mode, Stores.quick(LONG, LONG)), Stores.clock());
                Sql other = Sql.open(path)) {
            other.execute("BEGIN IMMEDIATE");
            List<CompletableFuture<String>> calls = queueUp(store, names(100));
            assertThat(calls).noneMatch(CompletableFuture::isDone);
            other.execute("ROLLBACK");
            for (CompletableFuture<String> call : calls) {
                assertThat(store.level("workflow", Await.result(call), "bob")).contains(WRITE);
            }
            assertThat(store.metrics().writes()).isEqualTo(100);
            assertThat(store.metrics().commits()).isEqualTo(1);
            assertThat(store.ids("workflow", "bob", WRITE)).hasSize(100);
        }
    }

    @Test
    void nobodyIsToldBeforeTheCommit() throws Exception {
        Sql.run(path, "CREATE TABLE principals (id TEXT PRIMARY KEY)", referring("principals"));
        try (SqliteGrantStore store = patient("PRAGMA foreign_keys = ON")) {
            // Each row by itself is fine; the commit is what fails. And it fails for all of them.
            Sql.run(path, "INSERT INTO principals VALUES ('bob')");
            assertThat(store.level("workflow", "wf-0", "bob")).isEmpty();
            assertThat(store.ids("workflow", "bob", READ)).isEmpty();
            List<CompletableFuture<String>> calls;
            CompletableFuture<?> bad;
            try (Sql other = Sql.open(path)) {
                other.execute("BEGIN IMMEDIATE");
                calls = queueUp(store, names(5));
                bad = Background.start(() -> {
                    store.grant("workflow", "bad", "unknown principal", WRITE);
                    return "";
                });
                Await.until("the bad one is queued too", () -> store.metrics().queued() == 5);
                other.execute("ROLLBACK");
            }
            assertThat(outcome(bad)).contains("FOREIGN KEY");
            for (CompletableFuture<String> call : calls) {
                assertThat(outcome(call)).contains("FOREIGN KEY");
            }
            assertThat(store.level("workflow", "wf-0", "bob")).isEmpty();
            assertThat(store.ids("workflow", "bob", READ)).isEmpty();
            assertThat(Sql.rows(path, "SELECT * FROM acl_grants")).isEmpty();
            assertThat(store.metrics().commits()).isZero();
            store.grant("workflow", "wf-0", "bob", WRITE);
            assertThat(store.level("workflow", "wf-0", "bob")).contains(WRITE);
        }
    }

    private static String referring(String table) {
        return Sql.PYTHON_TABLE.replace(
                "principal_id TEXT NOT NULL",
                "principal_id TEXT NOT NULL REFERENCES " + table + " (id) DEFERRABLE INITIALLY DEFERRED");
    }

    @Test
    void aBadRowFailsItsCallerAlone() throws Exception {
        Sql.run(path, Sql.PYTHON_TABLE.replace("id TEXT NOT NULL, p", "id TEXT NOT NULL CHECK (id <> 'wf-3'), p"));
        try (SqliteGrantStore store = patient();
                Sql other = Sql.open(path)) {
            assertThat(store.ids("workflow", "bob", READ)).isEmpty();
            other.execute("BEGIN IMMEDIATE");
            List<CompletableFuture<String>> calls = queueUp(store, names(10));
            other.execute("ROLLBACK");
            for (int i = 0; i < 10; i++) {
                assertThat(outcome(calls.get(i)).equals("written"))
                        .as("wf-" + i)
                        .isEqualTo(i != 3);
            }
            assertThat(store.ids("workflow", "bob", READ)).hasSize(9).doesNotContain("wf-3");
            assertThat(store.metrics().commits()).isEqualTo(1);
            assertThat(store.metrics().writes()).isEqualTo(9);
        }
    }

    @Test
    void aRowWhoseFailureEndsTheTransactionFailsAllInItAndNothingIsKept() throws Exception {
        Sql.run(
                path,
                Sql.PYTHON_TABLE,
                "CREATE TRIGGER harsh BEFORE INSERT ON acl_grants WHEN new.id = 'wf-3'"
                        + " BEGIN SELECT RAISE(ROLLBACK, 'all of it'); END");
        try (SqliteGrantStore store = patient();
                Sql other = Sql.open(path)) {
            other.execute("BEGIN IMMEDIATE");
            List<CompletableFuture<String>> calls = queueUp(store, names(10));
            other.execute("ROLLBACK");
            for (CompletableFuture<String> call : calls) {
                // Those that came after it may have made a transaction of their own.
                if (outcome(call).equals("written")) {
                    assertThat(store.level("workflow", call.get(), "bob")).contains(WRITE);
                }
            }
            long written = calls.stream()
                    .filter(call -> !call.isCompletedExceptionally())
                    .count();
            assertThat(store.ids("workflow", "bob", READ))
                    .hasSize((int) written)
                    .doesNotContain("wf-3");
            store.grant("workflow", "after", "bob", WRITE);
            assertThat(store.level("workflow", "after", "bob")).contains(WRITE);
        }
    }

    @Test
    void aFullDiskFailsTheWriteAndKeepsWhatWasWrittenBefore() throws Exception {
        try (SqliteGrantStore store = patient("PRAGMA max_page_count = 12")) {
            List<String> written = new ArrayList<>();
            String failure = "";
            for (int i = 0; failure.isEmpty() && i < 10_000; i++) {
                String id = "wf-" + i + "-" + "x".repeat(100);
                assertThat(store.level("workflow", id, "bob")).isEmpty();
                try {
                    store.grant("workflow", id, "bob", WRITE);
                    written.add(id);
                } catch (StoreUnavailable full) {
                    failure = full.getMessage();
                    assertThat(store.level("workflow", id, "bob")).isEmpty();
                }
            }
            assertThat(failure).contains("FULL");
            assertThat(written).isNotEmpty();
            assertThat(store.ids("workflow", "bob", WRITE)).containsExactlyInAnyOrderElementsOf(written);
            assertThat(store.revoke("workflow", written.get(0), "bob")).isTrue();
            assertThat(store.level("workflow", written.get(0), "bob")).isEmpty();
        }
    }

    @Test
    void aWriteThatIsNeverTakenIsWithdrawnAndSaysSo() throws Exception {
        try (SqliteGrantStore store =
                        open(new StoreLimits(1, 1, LONG, Duration.ofMillis(300), LONG, Duration.ofMillis(250)));
                Sql other = Sql.open(path)) {
            other.execute("BEGIN IMMEDIATE");
            List<CompletableFuture<String>> calls = new ArrayList<>();
            for (String id : names(5)) {
                calls.add(Background.start(() -> {
                    store.grant("workflow", id, "bob", WRITE);
                    return id;
                }));
            }
            // The queue has room for one, so most are never taken.
            int withdrawn = 0;
            List<String> mayBeThere = new ArrayList<>(List.of("later"));
            for (int i = 0; i < 5; i++) {
                String outcome = outcome(calls.get(i));
                assertThat(outcome).containsAnyOf("nothing was written", "unknown", "locked");
                withdrawn += outcome.contains("nothing was written") ? 1 : 0;
                if (outcome.contains("unknown")) {
                    mayBeThere.add("wf-" + i);
                }
            }
            assertThat(withdrawn).isPositive();
            other.execute("ROLLBACK");
            store.grant("workflow", "later", "bob", WRITE);
            assertThat(store.ids("workflow", "bob", WRITE)).contains("later").isSubsetOf(mayBeThere);
        }
    }

    @Test
    void aWriteThatMayHaveHappenedSaysThatItsOutcomeIsUnknown() throws Exception {
        // The writer has it in hand when its caller's time is up.
        Sql.run(path, Sql.PYTHON_TABLE, slowTrigger());
        try (SqliteGrantStore store = open(Stores.quick(Duration.ofSeconds(1), LONG))) {
            assertThatThrownBy(() -> store.grant("workflow", "slow", "bob", WRITE))
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("unknown");
            Await.until(
                    "it is written after all",
                    () -> store.level("workflow", "slow", "bob").isPresent());
        }
    }

    /** Makes the grant of 'slow' take far longer than its caller waits. */
    private static String slowTrigger() {
        return "CREATE TRIGGER slow BEFORE INSERT ON acl_grants WHEN new.id = 'slow' BEGIN"
                + " SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                + " WHERE i < 8000000) SELECT i FROM n); END";
    }

    @Test
    void anInterruptedCallerLearnsItAndStaysInterrupted() throws Exception {
        try (SqliteGrantStore store = patient();
                Sql other = Sql.open(path)) {
            other.execute("BEGIN IMMEDIATE");
            CompletableFuture<Thread> caller = new CompletableFuture<>();
            CompletableFuture<String> seen = Background.start(() -> {
                caller.complete(Thread.currentThread());
                try {
                    store.grant("workflow", "wf", "bob", WRITE);
                    return "written";
                } catch (StoreUnavailable unavailable) {
                    return Thread.currentThread().isInterrupted() + " " + unavailable.getMessage();
                }
            });
            Await.result(caller).interrupt();
            assertThat(Await.result(seen)).startsWith("true ").contains("interrupted");
            other.execute("ROLLBACK");
        }
    }

    @Test
    void anInterruptedThreadStillReads() throws Exception {
        try (SqliteGrantStore store = patient()) {
            store.grant("workflow", "wf", "bob", WRITE);
            CompletableFuture<Boolean> read = Background.start(() -> {
                Thread.currentThread().interrupt();
                return store.level("workflow", "wf", "bob").isPresent()
                        && Thread.currentThread().isInterrupted();
            });
            assertThat(Await.result(read)).isTrue();
        }
    }

    @Test
    void readsDoNotWaitForAWriteUnderWay() throws Exception {
        Stores.fillStale(path, 100);
        try (SqliteGrantStore store = patient();
                Sql other = Sql.open(path)) {
            other.execute("BEGIN IMMEDIATE");
            List<CompletableFuture<String>> calls = queueUp(store, names(3));
            assertThat(store.level("task", "t-1", "p")).contains(WRITE);
            assertThat(store.ids("task", "p", READ)).hasSize(100);
            assertThat(store.list(GrantFilter.ALL, 1000)).hasSize(100);
            assertThat(calls).noneMatch(CompletableFuture::isDone);
            other.execute("ROLLBACK");
        }
    }

    @Test
    void readsDoNotWaitForAReconcileUnderWayAndMissNothingBeforeItIsDone() throws Exception {
        Stores.fillStale(path, 200_000);
        try (SqliteGrantStore store = patient();
                Sql other = Sql.open(path)) {
            CompletableFuture<ReconcileResult> reconcile =
                    Background.start(() -> store.reconcile(live(200_000), Sweep.EVERY_KIND));
            Stores.awaitWriting(other);
            assertThat(store.level("task", "t-2", "p")).contains(WRITE);
            assertThat(store.list(GrantFilter.ALL, 1)).hasSize(1);
            assertThat(reconcile).isNotDone();
            assertThat(Await.result(reconcile)).isEqualTo(new ReconcileResult(100_000, 100_000));
            assertThat(store.level("task", "t-2", "p")).isEmpty();
        }
    }

    /** Every second one of the stale tasks. */
    private static List<ResourceRef> live(int rows) {
        return IntStream.rangeClosed(1, rows)
                .filter(i -> i % 2 == 1)
                .mapToObj(i -> ResourceRef.of("task", "t-" + i))
                .toList();
    }

    @Test
    void aWriteBehindALongReconcileIsNotFailedByIt() throws Exception {
        Stores.fillStale(path, 2000);
        Sql.run(path, slowRefreshTrigger());
        // Shorter than the reconcile takes.
        try (SqliteGrantStore store = open(Stores.quick(Duration.ofSeconds(1), LONG));
                Sql other = Sql.open(path)) {
            CompletableFuture<ReconcileResult> reconcile =
                    Background.start(() -> store.reconcile(live(2000), Sweep.EVERY_KIND));
            Stores.awaitWriting(other);
            CompletableFuture<String> write = Background.start(() -> {
                store.grant("workflow", "wf", "bob", WRITE);
                return "written";
            });
            assertThat(Await.result(reconcile).deleted()).isEqualTo(1000);
            assertThat(Await.result(write)).isEqualTo("written");
        }
    }

    /** Makes the refresh of the first task, and so a reconcile, take seconds. */
    private static String slowRefreshTrigger() {
        return "CREATE TRIGGER slow_refresh BEFORE UPDATE ON acl_grants WHEN old.id = 't-1' BEGIN"
                + " SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                + " WHERE i < 4000000) SELECT i FROM n); END";
    }

    /** Makes the refresh of a reconcile take for ever, in one statement. */
    private static String endlessTrigger() {
        return "CREATE TRIGGER endless BEFORE UPDATE ON acl_grants WHEN old.kind = 'task' BEGIN"
                + " SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                + " WHERE i < 1000000000000) SELECT i FROM n); END";
    }

    @Test
    void aReconcileThatTakesTooLongIsRolledBackAndTheNextWriteSucceeds() throws Exception {
        Stores.fillStale(path, 1000);
        Sql.run(path, endlessTrigger());
        try (SqliteGrantStore store = open(Stores.quick(LONG, Duration.ofMillis(300)))) {
            List<ResourceRef> live = live(1000);
            assertThatThrownBy(() -> store.reconcile(live, Sweep.EVERY_KIND)).isInstanceOf(StoreUnavailable.class);
            for (String id : names(20)) {
                store.grant("workflow", id, "bob", WRITE);
            }
            assertThat(store.ids("workflow", "bob", WRITE)).hasSize(20);
            assertThat(untouched("WHERE kind = 'task'")).containsExactly("1000|" + Stores.STALE + "|" + Stores.STALE);
        }
    }

    private List<String> untouched(String which) throws Exception {
        return Sql.rows(path, "SELECT count(*), min(last_seen_at), max(last_seen_at) FROM acl_grants " + which);
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void closingInterruptsAReconcileRollsItBackAndLeavesOneFile(JournalMode mode) throws Exception {
        Stores.fillStale(path, 1000);
        Sql.run(path, endlessTrigger());
        SqliteGrantStore store =
                SqliteGrantStore.open(Stores.settings(path, mode, Stores.quick(LONG, LONG)), Stores.clock());
        CompletableFuture<ReconcileResult> reconcile =
                Background.start(() -> store.reconcile(live(1000), Sweep.EVERY_KIND));
        try (Sql other = Sql.open(path)) {
            Stores.awaitWriting(other);
        }
        CompletableFuture<String> behind = Background.start(() -> {
            store.grant("workflow", "wf", "bob", WRITE);
            return "written";
        });
        Await.until("one waits behind it", () -> store.metrics().queued() == 1);
        // Reads do not, and see nothing of it.
        assertThat(store.level("task", "t-2", "p")).contains(WRITE);
        long start = System.nanoTime();
        store.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        assertThat(outcome(reconcile)).contains("closed");
        assertThat(outcome(behind)).contains("closed");
        assertThat(Stores.filesIn(directory)).containsExactly("acl.sqlite", "acl.sqlite.lock");
        assertThat(untouched("")).containsExactly("1000|" + Stores.STALE + "|" + Stores.STALE);
        Stores.open(path).close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReconcileHasATransactionOfItsOwnBetweenThoseBeforeAndThoseAfterIt(boolean fails) throws Exception {
        Stores.fillStale(path, 10);
        if (fails) {
            Sql.run(
                    path,
                    "CREATE TRIGGER keep BEFORE DELETE ON acl_grants BEGIN SELECT RAISE(ROLLBACK, 'not these'); END");
        }
        try (SqliteGrantStore store = patient();
                Sql other = Sql.open(path)) {
            other.execute("BEGIN IMMEDIATE");
            List<CompletableFuture<String>> before = queueUp(store, names(3));
            CompletableFuture<ReconcileResult> reconcile =
                    Background.start(() -> store.reconcile(List.of(), Sweep.EVERY_KIND));
            Await.until("the reconcile is queued", () -> store.metrics().queued() == 3);
            CompletableFuture<String> after = Background.start(() -> {
                store.grant("workflow", "after", "bob", WRITE);
                return "written";
            });
            Await.until("one more is queued", () -> store.metrics().queued() == 4);
            other.execute("ROLLBACK");
            for (CompletableFuture<String> call : before) {
                assertThat(outcome(call)).isEqualTo("written");
            }
            assertThat(outcome(after)).isEqualTo("written");
            assertThat(outcome(reconcile)).contains(fails ? "not these" : "written");
            assertThat(store.metrics().commits()).isEqualTo(fails ? 2 : 3);
            assertThat(store.ids("task", "p", READ)).hasSize(fails ? 10 : 0);
            assertThat(store.ids("workflow", "bob", READ)).hasSize(4);
        }
    }

    @Test
    void aLogThatAnotherProgramStillReadsIsReportedAtTheClose() throws Exception {
        SqliteGrantStore store = patient();
        store.grant("workflow", "wf", "bob", WRITE);
        try (Sql backup = Sql.open(path)) {
            backup.execute("BEGIN");
            assertThat(backup.rows("SELECT count(*) FROM acl_grants")).containsExactly("1");
            store.grant("workflow", "wf2", "bob", WRITE);
            assertThat(Stores.logOf(store::close))
                    .contains("Another program reads")
                    .contains(path.toString());
        }
        try (SqliteGrantStore next = Stores.open(path)) {
            assertThat(next.ids("workflow", "bob", WRITE)).hasSize(2);
        }
    }

    @Test
    void closingEndsAWriteThatWaitsForAnotherProgramAndAReadUnderWay() throws Exception {
        Stores.fillStale(path, 200_000);
        SqliteGrantStore store = patient();
        try (Sql other = Sql.open(path)) {
            other.execute("BEGIN IMMEDIATE");
            List<CompletableFuture<String>> calls = queueUp(store, names(3));
            CompletableFuture<Integer> read =
                    Background.start(() -> store.ids("task", "p", READ).size());
            long start = System.nanoTime();
            store.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            for (CompletableFuture<String> call : calls) {
                assertThat(outcome(call)).contains("closed");
            }
            // It was through before, or it was ended; it is not told that there is nothing.
            assertThat(outcome(read)).containsAnyOf("written", "closed");
        }
    }

    @Test
    void closingInAnInterruptedThreadClosesAllTheSame() throws Exception {
        SqliteGrantStore store = patient();
        store.grant("workflow", "wf", "bob", WRITE);
        CompletableFuture<Boolean> closer = Background.start(() -> {
            Thread.currentThread().interrupt();
            store.close();
            return Thread.currentThread().isInterrupted();
        });
        assertThat(Await.result(closer)).isTrue();
        assertThat(Stores.filesIn(directory)).containsExactly("acl.sqlite", "acl.sqlite.lock");
        Stores.open(path).close();
    }

    @Test
    void aClosedStoreLeavesNoThread() {
        patient().close();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("grants writer"))
                .isEmpty();
    }
}
