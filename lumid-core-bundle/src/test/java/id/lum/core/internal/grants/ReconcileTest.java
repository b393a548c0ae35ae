package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.grants.Grant;
import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.Sweep;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconcileTest {
    private static final String LAST = "2026-05-31T23:59:59.999999+00:00";

    @TempDir
    Path directory;

    private final ManualClock clock = Stores.clock();

    /** A database as the Python plugin left it: grants of bob and eve from before the session. */
    private Path python() throws Exception {
        Path path = directory.resolve("python.sqlite");
        Sql.run(
                path,
                Sql.PYTHON_TABLE,
                Sql.PYTHON_INDEX,
                "INSERT INTO acl_grants VALUES ('workflow', 'live', 'bob', 2, '" + Stores.STALE + "', '" + LAST + "')",
                "INSERT INTO acl_grants VALUES ('workflow', 'live', 'eve', 1, '" + Stores.STALE + "', '" + LAST + "')",
                "INSERT INTO acl_grants VALUES ('workflow', 'dead', 'bob', 2, '" + Stores.STALE + "', '" + LAST + "')",
                "INSERT INTO acl_grants VALUES ('task', 't', 'bob', 2, '" + Stores.STALE + "', '" + LAST + "')",
                // Exactly at the start of the session, and just before and after it, on and off the full second.
                "INSERT INTO acl_grants VALUES ('task', 'at', 'bob', 2, '" + Stores.STALE
                        + "', '2026-06-01T08:00:00+00:00')",
                "INSERT INTO acl_grants VALUES ('task', 'after', 'bob', 2, '" + Stores.STALE
                        + "', '2026-06-01T08:00:00.000001+00:00')",
                "INSERT INTO acl_grants VALUES ('task', 'before', 'bob', 2, '" + Stores.STALE
                        + "', '2026-06-01T07:59:59.999999+00:00')");
        return path;
    }

    private SqliteGrantStore open(Path path) {
        return SqliteGrantStore.open(Stores.settings(path), clock);
    }

    private static List<String> ids(SqliteGrantStore store) {
        return store.list(GrantFilter.ALL, 100).stream()
                .map(grant -> grant.id() + " " + grant.principalId())
                .toList();
    }

    @Test
    void sweepingEveryKindConfirmsWhatIsListedAndDeletesTheRestFromBeforeTheSession() throws Exception {
        try (SqliteGrantStore store = open(python())) {
            assertThat(store.level("workflow", "dead", "bob")).contains(WRITE);
            assertThat(store.ids("workflow", "bob", READ)).hasSize(2);
            ReconcileResult result = store.reconcile(List.of(ResourceRef.of("workflow", "live")), Sweep.EVERY_KIND);
            assertThat(result).isEqualTo(new ReconcileResult(2, 3));
            assertThat(ids(store)).containsExactly("after bob", "at bob", "live bob", "live eve");
            assertThat(store.level("workflow", "dead", "bob")).isEmpty();
            assertThat(store.ids("workflow", "bob", READ)).containsExactly("live");
            Grant live = store.list(GrantFilter.ofKind("workflow"), 1).get(0);
            assertThat(live.grantedAt()).isEqualTo(Stores.STALE);
            assertThat(live.lastSeenAt()).isEqualTo("2026-06-01T08:01:00+00:00");
            assertThat(live.level()).contains(WRITE);
        }
    }

    @Test
    void sweepingListedKindsLeavesOtherKindsAlone() throws Exception {
        try (SqliteGrantStore store = open(python())) {
            ReconcileResult result = store.reconcile(List.of(ResourceRef.of("workflow", "live")), Sweep.LISTED_KINDS);
            assertThat(result).isEqualTo(new ReconcileResult(2, 1));
            assertThat(ids(store))
                    .containsExactly("after bob", "at bob", "before bob", "t bob", "live bob", "live eve");
        }
    }

    @Test
    void anEmptyListWipesEverythingFromBeforeTheSessionWhenEveryKindIsSwept() throws Exception {
        try (SqliteGrantStore store = open(python())) {
            assertThat(store.reconcile(List.of(), Sweep.EVERY_KIND)).isEqualTo(new ReconcileResult(0, 5));
            assertThat(ids(store)).containsExactly("after bob", "at bob");
        }
    }

    @Test
    void anEmptyListDoesNothingWhenListedKindsAreSwept() throws Exception {
        try (SqliteGrantStore store = open(python())) {
            assertThat(store.reconcile(List.of(), Sweep.LISTED_KINDS)).isEqualTo(new ReconcileResult(0, 0));
            assertThat(ids(store)).hasSize(7);
        }
    }

    @Test
    void whatStandsForAKindIsSkippedAndListsNoKind() throws Exception {
        try (SqliteGrantStore store = open(python())) {
            List<ResourceRef> kinds = List.of(ResourceRef.kindLevel("workflow"), ResourceRef.kindLevel("task"));
            assertThat(store.reconcile(kinds, Sweep.LISTED_KINDS)).isEqualTo(new ReconcileResult(0, 0));
        }
    }

    @Test
    void anEmptyIdIsAResourceAndNotAKind() throws Exception {
        try (SqliteGrantStore store = open(python())) {
            store.grant("workflow", "", "bob", WRITE);
            assertThat(store.reconcile(List.of(ResourceRef.of("workflow", "")), Sweep.LISTED_KINDS))
                    .isEqualTo(new ReconcileResult(1, 3));
        }
    }

    @Test
    void aKindIsListedByAResourceThatNobodyHolds() throws Exception {
        try (SqliteGrantStore store = open(python())) {
            assertThat(store.reconcile(List.of(ResourceRef.of("workflow", "unknown")), Sweep.LISTED_KINDS))
                    .isEqualTo(new ReconcileResult(0, 3));
        }
    }

    @Test
    void aResourceListedManyTimesCountsOnce() throws Exception {
        try (SqliteGrantStore store = open(python())) {
            List<ResourceRef> many = Collections.nCopies(250, ResourceRef.of("workflow", "live"));
            assertThat(store.reconcile(many, Sweep.LISTED_KINDS)).isEqualTo(new ReconcileResult(2, 1));
        }
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void listsOfEverySizeAreTakenWhole(JournalMode mode) throws Exception {
        for (int size : new int[] {1, 99, 100, 101, 250}) {
            Path path = directory.resolve(mode + "-" + size + ".sqlite");
            Stores.fillStale(path, 300);
            List<ResourceRef> live = new ArrayList<>(IntStream.rangeClosed(1, size)
                    .mapToObj(i -> ResourceRef.of("task", "t-" + i))
                    .toList());
            Collections.shuffle(live);
            try (SqliteGrantStore store =
                    SqliteGrantStore.open(Stores.settings(path, mode, Stores.LIMITS), Stores.clock())) {
                assertThat(store.reconcile(live, Sweep.EVERY_KIND)).isEqualTo(new ReconcileResult(size, 300 - size));
                assertThat(store.ids("task", "p", WRITE)).hasSize(size);
            }
        }
    }

    @Test
    void grantsOfThisSessionSurviveReopeningAndAClockThatIsSetBack() throws Exception {
        Path path = directory.resolve("acl.sqlite");
        clock.move(Duration.ofDays(-10));
        try (SqliteGrantStore store = open(path)) {
            store.grant("workflow", "listed before the swap", "bob", WRITE);
        }
        try (SqliteGrantStore store = open(path)) {
            assertThat(store.reconcile(List.of(), Sweep.EVERY_KIND)).isEqualTo(new ReconcileResult(0, 0));
            assertThat(store.level("workflow", "listed before the swap", "bob")).contains(WRITE);
        }
    }

    @Test
    void aListThatFailsHalfWayChangesNothing() throws Exception {
        try (SqliteGrantStore store = open(python())) {
            List<ResourceRef> broken = new AbstractList<>() {
                @Override
                public ResourceRef get(int index) {
                    if (index == 1) {
                        throw new IllegalStateException("the host's storage went away");
                    }
                    return ResourceRef.of("workflow", "live");
                }

                @Override
                public int size() {
                    return 2;
                }
            };
            assertThatThrownBy(() -> store.reconcile(broken, Sweep.EVERY_KIND))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(ids(store)).hasSize(7);
        }
    }

    @Test
    void aFailureInTheSweepDeletesNothing() throws Exception {
        Path path = python();
        Sql.run(
                path,
                "CREATE TRIGGER keep BEFORE DELETE ON acl_grants WHEN old.id = 't'"
                        + " BEGIN SELECT RAISE(ABORT, 'not this one'); END");
        // What was confirmed before it may stay so.
        String rows = "SELECT kind, id, principal_id, level, granted_at FROM acl_grants ORDER BY 1, 2, 3";
        List<String> before = Sql.rows(path, rows);
        try (SqliteGrantStore store = open(path)) {
            store.level("workflow", "dead", "bob");
            assertThatThrownBy(() -> store.reconcile(List.of(ResourceRef.of("workflow", "live")), Sweep.EVERY_KIND))
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("not this one");
            assertThat(Sql.rows(path, rows)).isEqualTo(before);
            // The store works on, for a reconcile as for a grant.
            store.grant("workflow", "new", "bob", WRITE);
            assertThat(store.reconcile(List.of(ResourceRef.of("workflow", "live")), Sweep.LISTED_KINDS))
                    .isEqualTo(new ReconcileResult(2, 1));
        }
    }

    @Test
    void aFailureInTheRefreshChangesNothingEither() throws Exception {
        Path path = python();
        Sql.run(
                path,
                "CREATE TRIGGER keep BEFORE UPDATE ON acl_grants WHEN old.principal_id = 'eve'"
                        + " BEGIN SELECT RAISE(ABORT, 'not this one'); END");
        List<String> before = Sql.rows(path, "SELECT * FROM acl_grants ORDER BY 1, 2, 3");
        try (SqliteGrantStore store = open(path)) {
            assertThatThrownBy(() -> store.reconcile(List.of(ResourceRef.of("workflow", "live")), Sweep.EVERY_KIND))
                    .isInstanceOf(StoreUnavailable.class);
            assertThat(Sql.rows(path, "SELECT * FROM acl_grants ORDER BY 1, 2, 3"))
                    .isEqualTo(before);
            store.grant("workflow", "new", "bob", WRITE);
        }
    }

    @Test
    void theResultIsLogged() throws Exception {
        try (SqliteGrantStore store = open(python())) {
            String log =
                    Stores.logOf(() -> store.reconcile(List.of(ResourceRef.of("workflow", "live")), Sweep.EVERY_KIND));
            assertThat(log).contains("2 grants confirmed, 3 deleted");
        }
    }
}
