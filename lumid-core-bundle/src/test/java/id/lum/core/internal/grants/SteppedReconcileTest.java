package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.grants.Sweep;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreSettings;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.testing.Await;
import id.lum.testing.Background;
import id.lum.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reconcile confirms in steps, and other calls go on between them. */
class SteppedReconcileTest {
    private static final int WORKERS = 3;
    private static final int ROUNDS = Integer.getInteger("lumid.orders", 10);

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void name() {
        path = directory.resolve("acl.sqlite");
    }

    private static List<ResourceRef> tasks(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> ResourceRef.of("task", "t-" + i))
                .toList();
    }

    private List<String> seen(String which) throws Exception {
        return Sql.rows(path, "SELECT count(*), count(DISTINCT last_seen_at) FROM acl_grants " + which);
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void whatIsChangedBetweenTheStepsIsAsItsLastChangeLeftIt(JournalMode mode) throws Exception {
        long seed = Long.getLong("lumid.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ManualClock clock = Stores.clock();
        // Who holds what. Each id belongs to one worker.
        Map<String, Set<String>> model = new ConcurrentSkipListMap<>();
        int rounds = mode == JournalMode.WAL ? ROUNDS : ROUNDS / 4 + 1;
        for (int round = 0; round < rounds; round++) {
            clock.move(Duration.ofMinutes(1));
            StoreSettings database = new StoreSettings(path, mode, Stores.OWNER, Stores.LIMITS);
            try (SqliteGrantStore store =
                    SqliteGrantStore.open(new GrantStoreSettings(database, 1000, clock.instant()), clock)) {
                round(store, model, random);
                assertThat(held(store)).as("seed " + seed + ", round " + round).isEqualTo(model);
                store.clearCache();
                for (String id : model.keySet()) {
                    assertThat(store.level("task", id, "p").isPresent())
                            .isEqualTo(model.get(id).contains("p"));
                }
            }
        }
    }

    private static void round(SqliteGrantStore store, Map<String, Set<String>> model, Random random) throws Exception {
        Set<String> registered = Collections.synchronizedSet(new TreeSet<>());
        List<ResourceRef> live = model.keySet().stream()
                .filter(id -> random.nextInt(3) > 0)
                .map(id -> ResourceRef.of("task", id))
                .toList();
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<String>> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            int worker = i;
            Random own = new Random(random.nextLong());
            workers.add(Background.start(() -> {
                for (int step = 0; step < 20 || !over.get() && step < 2000; step++) {
                    change(store, model, registered, worker + "-" + own.nextInt(60), own);
                }
                return "";
            }));
        }
        store.reconcile(live, Sweep.EVERY_KIND, 1 + random.nextInt(5));
        over.set(true);
        for (CompletableFuture<String> worker : workers) {
            Await.result(worker);
        }
        Set<String> listed = live.stream().map(ref -> ref.id().orElseThrow()).collect(Collectors.toSet());
        model.forEach((id, holders) ->
                holders.removeIf(holder -> !listed.contains(id) && !registered.contains(id + " " + holder)));
        model.values().removeIf(Set::isEmpty);
    }

    private static void change(
            SqliteGrantStore store, Map<String, Set<String>> model, Set<String> registered, String id, Random random) {
        String holder = random.nextBoolean() ? "p" : "q";
        if (random.nextInt(3) == 0) {
            store.removeAll("task", id);
            model.remove(id);
            registered.remove(id + " p");
            registered.remove(id + " q");
        } else {
            store.grant("task", id, holder, WRITE);
            model.computeIfAbsent(id, one -> Collections.synchronizedSet(new TreeSet<>()))
                    .add(holder);
            registered.add(id + " " + holder);
        }
        assertThat(store.ids("task", holder, READ).contains(id))
                .isEqualTo(model.getOrDefault(id, Set.of()).contains(holder));
    }

    private static Map<String, Set<String>> held(SqliteGrantStore store) {
        return store.list(GrantFilter.ALL, 10_000).stream()
                .collect(Collectors.groupingBy(
                        grant -> grant.id(),
                        ConcurrentSkipListMap::new,
                        Collectors.mapping(grant -> grant.principalId(), Collectors.toSet())));
    }

    @Test
    void writesGoOnBetweenTheSteps() throws Exception {
        Stores.fillStale(path, 20_000);
        CompletableFuture<ReconcileResult> reconcile;
        try (SqliteGrantStore store = Stores.open(path)) {
            reconcile = Background.start(() -> store.reconcile(tasks(1, 20_000), Sweep.EVERY_KIND, 1));
            Await.until("it is at work", () -> store.metrics().commits() > 10);
            for (int i = 0; i < 10; i++) {
                store.grant("workflow", "wf-" + i, "bob", WRITE);
            }
            assertThat(reconcile).isNotDone();
        }
        assertThatThrownBy(() -> Await.result(reconcile))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("closed");
        assertThat(seen("WHERE kind = 'task'")).containsExactly("20000|2");
    }

    @Test
    void whatIsConfirmedInThisSessionIsNotWrittenAgain() throws Exception {
        Stores.fillStale(path, 100);
        try (SqliteGrantStore store = Stores.open(path)) {
            assertThat(store.reconcile(tasks(1, 100), Sweep.EVERY_KIND, 7)).isEqualTo(new ReconcileResult(100, 0));
            long commits = store.metrics().commits();
            assertThat(store.reconcile(tasks(1, 100), Sweep.EVERY_KIND, 7)).isEqualTo(new ReconcileResult(100, 0));
            assertThat(store.metrics().commits()).isEqualTo(commits);
            assertThat(seen("")).containsExactly("100|1");
        }
    }

    @Test
    void aStepThatFailsLeavesEveryGrant() throws Exception {
        Stores.fillStale(path, 100);
        Sql.run(
                path,
                "CREATE TRIGGER keep BEFORE UPDATE ON acl_grants WHEN old.id = 't-50'"
                        + " BEGIN SELECT RAISE(ABORT, 'not this one'); END");
        try (SqliteGrantStore store = Stores.open(path)) {
            assertThatThrownBy(() -> store.reconcile(tasks(11, 100), Sweep.EVERY_KIND, 7))
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("not this one");
            assertThat(seen("")).containsExactly("100|2");
            Sql.run(path, "DROP TRIGGER keep");
            assertThat(store.reconcile(tasks(11, 100), Sweep.EVERY_KIND, 7)).isEqualTo(new ReconcileResult(90, 10));
        }
    }

    @Test
    void answersInMemoryStayUnlessTheirGrantIsDeleted() throws Exception {
        Stores.fillStale(path, 100);
        try (SqliteGrantStore store = Stores.open(path)) {
            store.grant("workflow", "wf", "bob", WRITE);
            askAll(store);
            long misses = store.metrics().misses();
            store.reconcile(tasks(1, 100), Sweep.EVERY_KIND);
            askAll(store);
            assertThat(store.metrics().misses()).as("nothing was deleted").isEqualTo(misses);
        }
        ManualClock later = Stores.clock();
        later.move(Duration.ofDays(1));
        GrantStoreSettings nextSession =
                new GrantStoreSettings(Stores.settings(path).store(), 1000, later.instant());
        try (SqliteGrantStore store = SqliteGrantStore.open(nextSession, later)) {
            store.grant("workflow", "wf", "bob", WRITE);
            askAll(store);
            long misses = store.metrics().misses();
            assertThat(store.reconcile(tasks(1, 99), Sweep.EVERY_KIND)).isEqualTo(new ReconcileResult(99, 1));
            assertThat(store.level("workflow", "wf", "bob")).contains(WRITE);
            assertThat(store.ids("workflow", "bob", READ)).containsExactly("wf");
            assertThat(store.level("task", "t-1", "p")).contains(WRITE);
            assertThat(store.metrics().misses()).as("of others").isEqualTo(misses);
            assertThat(store.level("task", "t-100", "p")).isEmpty();
            assertThat(store.ids("task", "p", READ)).hasSize(99).doesNotContain("t-100");
        }
    }

    private static void askAll(SqliteGrantStore store) {
        assertThat(store.level("workflow", "wf", "bob")).contains(WRITE);
        assertThat(store.ids("workflow", "bob", READ)).containsExactly("wf");
        assertThat(store.level("task", "t-1", "p")).contains(WRITE);
        assertThat(store.level("task", "t-100", "p")).contains(WRITE);
        assertThat(store.ids("task", "p", READ)).hasSize(100);
    }
}
