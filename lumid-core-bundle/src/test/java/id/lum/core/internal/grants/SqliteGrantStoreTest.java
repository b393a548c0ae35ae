package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.grants.Grant;
import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.grants.Sweep;
import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller of an open store is promised. */
class SqliteGrantStoreTest {
    @TempDir
    Path directory;

    private final ManualClock clock = Stores.clock();
    private Path path;
    private SqliteGrantStore store;

    @BeforeEach
    void open() {
        path = directory.resolve("acl.sqlite");
        store = SqliteGrantStore.open(Stores.settings(path), clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        store.close();
        store = SqliteGrantStore.open(Stores.settings(path), clock);
    }

    private List<String> rows() throws Exception {
        return Sql.rows(path, "SELECT * FROM acl_grants ORDER BY kind, id, principal_id");
    }

    @Test
    void nobodyHoldsWhatWasNotGranted() {
        assertThat(store.level("workflow", "wf", "bob")).isEmpty();
        assertThat(store.ids("workflow", "bob", READ)).isEmpty();
    }

    @Test
    void aGrantIsSeenAtOnceByEveryReadEvenIfItsAbsenceWasInMemory() {
        assertThat(store.level("workflow", "wf", "bob")).isEmpty();
        assertThat(store.ids("workflow", "bob", READ)).isEmpty();
        store.grant("workflow", "wf", "bob", WRITE);
        assertThat(store.level("workflow", "wf", "bob")).contains(WRITE);
        assertThat(store.ids("workflow", "bob", READ)).containsExactly("wf");
        assertThat(store.ids("workflow", "bob", WRITE)).containsExactly("wf");
    }

    @Test
    void aReadGrantIsListedForReadingOnly() {
        store.grant("workflow", "wf", "bob", READ);
        store.grant("workflow", "own", "bob", WRITE);
        assertThat(store.ids("workflow", "bob", READ)).containsExactlyInAnyOrder("wf", "own");
        assertThat(store.ids("workflow", "bob", WRITE)).containsExactly("own");
    }

    @Test
    void aGrantOpensThatKindIdAndPrincipalAlone() {
        store.grant("workflow", "wf", "bob", WRITE);
        assertThat(store.level("task", "wf", "bob")).isEmpty();
        assertThat(store.level("workflow", "wf2", "bob")).isEmpty();
        assertThat(store.level("workflow", "wf", "eve")).isEmpty();
        assertThat(store.level("Workflow", "wf", "bob")).isEmpty();
        assertThat(store.level("workflow", "WF", "bob")).isEmpty();
        assertThat(store.ids("task", "bob", READ)).isEmpty();
        assertThat(store.ids("workflow", "eve", READ)).isEmpty();
    }

    @Test
    void severalPrincipalsHoldGrantsOnOneResource() {
        store.grant("workflow", "wf", "bob", WRITE);
        store.grant("workflow", "wf", "eve", READ);
        assertThat(store.level("workflow", "wf", "bob")).contains(WRITE);
        assertThat(store.level("workflow", "wf", "eve")).contains(READ);
    }

    @Test
    void grantingAgainKeepsWhenItWasGrantedAndReplacesLevelAndLastSeen() throws Exception {
        store.grant("workflow", "wf", "bob", WRITE);
        clock.move(Duration.ofMillis(1500));
        store.grant("workflow", "wf", "bob", READ);
        assertThat(store.level("workflow", "wf", "bob")).contains(READ);
        assertThat(rows())
                .containsExactly("workflow|wf|bob|1|2026-06-01T08:01:00+00:00|2026-06-01T08:01:01.500000+00:00");
    }

    @Test
    void revokeTakesOneGrantAndSaysWhetherThereWasOne() {
        store.grant("workflow", "wf", "bob", WRITE);
        store.grant("workflow", "wf", "eve", READ);
        assertThat(store.ids("workflow", "bob", READ)).containsExactly("wf");
        assertThat(store.level("workflow", "wf", "bob")).contains(WRITE);
        assertThat(store.revoke("workflow", "wf", "bob")).isTrue();
        assertThat(store.level("workflow", "wf", "bob")).isEmpty();
        assertThat(store.ids("workflow", "bob", READ)).isEmpty();
        assertThat(store.level("workflow", "wf", "eve")).contains(READ);
        assertThat(store.revoke("workflow", "wf", "bob")).isFalse();
    }

    @Test
    void removingAResourceTakesEverybodysGrantsOnItAndNoOther() {
        for (String principal : List.of("bob", "eve", "kim")) {
            store.grant("workflow", "wf", principal, WRITE);
            store.grant("workflow", "other", principal, WRITE);
            store.grant("task", "wf", principal, READ);
            assertThat(store.level("workflow", "wf", principal)).contains(WRITE);
            assertThat(store.ids("workflow", principal, READ)).hasSize(2);
        }
        assertThat(store.removeAll("workflow", "wf")).isEqualTo(3);
        for (String principal : List.of("bob", "eve", "kim")) {
            assertThat(store.level("workflow", "wf", principal)).isEmpty();
            assertThat(store.ids("workflow", principal, READ)).containsExactly("other");
            assertThat(store.level("task", "wf", principal)).contains(READ);
        }
        assertThat(store.removeAll("workflow", "wf")).isZero();
    }

    @Test
    void aSnapshotOfIdsNeverChanges() {
        store.grant("workflow", "one", "bob", WRITE);
        Set<String> before = store.ids("workflow", "bob", READ);
        store.grant("workflow", "two", "bob", WRITE);
        assertThat(before).containsExactly("one");
        assertThatThrownBy(() -> before.add("three")).isInstanceOf(UnsupportedOperationException.class);
        Set<String> writable = store.ids("workflow", "bob", WRITE);
        assertThatThrownBy(writable::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void claimingWhatNobodyHoldsGrantsIt() {
        assertThat(store.isClaimable("object-prefix", "s3://a", "bob")).isTrue();
        assertThat(store.claim("object-prefix", "s3://a", "bob", READ)).isPresent();
        assertThat(store.isClaimable("object-prefix", "s3://a", "eve")).isFalse();
        assertThat(store.level("object-prefix", "s3://a", "bob")).contains(READ);
        assertThat(store.claim("object-prefix", "s3://a", "bob", WRITE))
                .as("no new grant")
                .isEmpty();
        assertThat(store.level("object-prefix", "s3://a", "bob")).contains(READ);
    }

    @Test
    void claimingWhatAnotherHoldsChangesNothing() {
        store.grant("object-prefix", "s3://a", "eve", READ);
        assertThat(store.claim("object-prefix", "s3://a", "bob", READ)).isEmpty();
        assertThat(store.level("object-prefix", "s3://a", "bob")).isEmpty();
        store.removeAll("object-prefix", "s3://a");
        assertThat(store.claim("object-prefix", "s3://a", "bob", READ)).isPresent();
        assertThat(store.level("object-prefix", "s3://a", "bob")).contains(READ);
    }

    /** The clock of these tests stands, so that only the store can tell one write from the next. */
    @Test
    void aClaimIsUndoneOnceAndWhatWasGrantedOrConfirmedSinceStays() {
        String claim = store.claim("prefix", "a", "bob", WRITE).orElseThrow();
        assertThat(store.level("prefix", "a", "bob")).contains(WRITE);
        assertThat(store.undoClaim("prefix", "a", "bob", claim)).isTrue();
        assertThat(store.level("prefix", "a", "bob")).isEmpty();
        assertThat(store.ids("prefix", "bob", READ)).isEmpty();
        assertThat(store.undoClaim("prefix", "a", "bob", claim)).isFalse();

        String registered = store.claim("prefix", "b", "bob", WRITE).orElseThrow();
        store.grant("prefix", "b", "bob", WRITE);
        String regranted = store.claim("prefix", "c", "bob", WRITE).orElseThrow();
        store.revoke("prefix", "c", "bob");
        store.grant("prefix", "c", "bob", WRITE);
        String reclaimed = store.claim("prefix", "d", "bob", WRITE).orElseThrow();
        store.revoke("prefix", "d", "bob");
        store.claim("prefix", "d", "bob", WRITE);
        String confirmed = store.claim("prefix", "e", "bob", WRITE).orElseThrow();
        store.reconcile(List.of(ResourceRef.of("prefix", "e")), Sweep.EVERY_KIND);
        assertThat(store.undoClaim("prefix", "b", "bob", registered)).isFalse();
        assertThat(store.undoClaim("prefix", "c", "bob", regranted)).isFalse();
        assertThat(store.undoClaim("prefix", "d", "bob", reclaimed)).isFalse();
        assertThat(store.undoClaim("prefix", "e", "bob", confirmed)).isFalse();
        assertThat(store.ids("prefix", "bob", WRITE)).containsExactlyInAnyOrder("b", "c", "d", "e");
    }

    @Test
    void aClaimIsUndoneByTheNextStoreOnTheSameDatabaseAndOthersKeepTheirGrants() {
        String claim = store.claim("prefix", "a", "bob", READ).orElseThrow();
        store.grant("prefix", "a", "eve", WRITE);
        reopen();
        assertThat(store.undoClaim("prefix", "a", "bob", claim)).isTrue();
        assertThat(store.level("prefix", "a", "bob")).isEmpty();
        assertThat(store.level("prefix", "a", "eve")).contains(WRITE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "3", "-1", "4294967297", "1.5", "'x'", "x'02'", "'WRITE'"})
    void aStoredLevelThatIsNoneOpensNothingAndIsNamedOnce(String level) throws Exception {
        Sql.run(
                path,
                "INSERT INTO acl_grants VALUES ('workflow', 'w' || char(10) || 'f', 'bob', " + level + ", '"
                        + Stores.STALE + "', '" + Stores.STALE + "')");
        String log = Stores.logOf(() -> {
            for (int i = 0; i < 3; i++) {
                assertThat(store.level("workflow", "w\nf", "bob")).isEmpty();
                assertThat(store.ids("workflow", "bob", READ)).isEmpty();
                assertThat(store.claim("workflow", "w\nf", "eve", WRITE)).isEmpty();
                store.clearCache();
            }
        });
        assertThat(log.lines().filter(line -> line.contains("WARN")).toList())
                .singleElement()
                .asString()
                .contains("workflow w\\u000af of principal bob");
        store.grant("workflow", "w\nf", "bob", READ);
        assertThat(store.level("workflow", "w\nf", "bob")).contains(READ);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a\0b",
                "a\0c",
                "ä",
                "a\u0308",
                "\uD83D\uDE00",
                "'; DROP TABLE acl_grants; --",
                "%",
                "007"
            })
    void everyNameIsKeptAsItIs(String name) {
        store.grant(name + "k", name, name + "p", WRITE);
        reopen();
        assertThat(store.level(name + "k", name, name + "p")).contains(WRITE);
        assertThat(store.ids(name + "k", name + "p", READ)).containsExactly(name);
        for (String other : List.of("a", "a\0d", "\u00e4\u0308", "7", "x")) {
            assertThat(store.level(name + "k", other, name + "p")).isEmpty();
        }
        store.reconcile(List.of(ResourceRef.of(name + "k", name)), Sweep.EVERY_KIND);
        assertThat(store.level(name + "k", name, name + "p")).contains(WRITE);
    }

    @Test
    void halfASurrogatePairIsRefusedAndNeverTakenForTheNameItWouldBecome() {
        store.grant("workflow", "?", "bob", WRITE);
        assertThatIllegalArgumentException().isThrownBy(() -> store.grant("workflow", "\uD800", "bob", READ));
        assertThatIllegalArgumentException().isThrownBy(() -> store.grant("workflow", "a", "\uDC00b", READ));
        assertThat(store.level("workflow", "\uD800", "bob")).isEmpty();
        assertThat(store.claim("workflow", "\uD800", "bob", READ)).isEmpty();
        assertThat(store.isClaimable("workflow", "\uD800", "bob")).isFalse();
        assertThat(store.revoke("workflow", "\uD800", "bob")).isFalse();
        assertThat(store.removeAll("workflow", "\uD800")).isZero();
        assertThat(store.level("workflow", "?", "bob")).contains(WRITE);
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void whatWasWrittenIsThereAfterReopening(JournalMode mode) {
        store.close();
        GrantStoreSettings settings = Stores.settings(path, mode, Stores.LIMITS);
        try (SqliteGrantStore first = SqliteGrantStore.open(settings, clock)) {
            first.grant("workflow", "wf", "bob", WRITE);
            first.grant("workflow", "gone", "bob", WRITE);
            first.revoke("workflow", "gone", "bob");
        }
        try (SqliteGrantStore second = SqliteGrantStore.open(settings, clock)) {
            assertThat(second.ids("workflow", "bob", WRITE)).containsExactly("wf");
        }
    }

    @Test
    void aRepeatedReadIsAnsweredFromMemory() throws Exception {
        store.grant("workflow", "wf", "bob", WRITE);
        store.level("workflow", "wf", "bob");
        store.ids("workflow", "bob", READ);
        long misses = store.metrics().misses();
        // Nobody else may write, so only an answer from memory can miss this.
        Sql.run(path, "DELETE FROM acl_grants");
        assertThat(store.level("workflow", "wf", "bob")).contains(WRITE);
        assertThat(store.ids("workflow", "bob", READ)).containsExactly("wf");
        assertThat(store.metrics().misses()).isEqualTo(misses);
        store.clearCache();
        assertThat(store.level("workflow", "wf", "bob")).isEmpty();
        assertThat(store.ids("workflow", "bob", READ)).isEmpty();
    }

    @Test
    void whatIsWrittenIsAppliedToAListInMemory() throws Exception {
        store.grant("workflow", "old", "bob", READ);
        store.grant("workflow", "going", "bob", WRITE);
        store.ids("workflow", "bob", READ);
        store.grant("workflow", "new", "bob", WRITE);
        store.grant("workflow", "old", "bob", WRITE);
        store.revoke("workflow", "going", "bob");
        store.claim("workflow", "claimed", "bob", READ);
        // Nobody else may write, so only an answer from memory can miss this.
        Sql.run(path, "DELETE FROM acl_grants");
        assertThat(store.ids("workflow", "bob", READ)).containsExactlyInAnyOrder("old", "new", "claimed");
        assertThat(store.ids("workflow", "bob", WRITE)).containsExactlyInAnyOrder("old", "new");
    }

    @Test
    void theListShowsRowsAsStoredInOrderAndWithinTheLimit() throws Exception {
        store.grant("workflow", "b", "bob", WRITE);
        clock.move(Duration.ofSeconds(1));
        store.grant("workflow", "a", "eve", READ);
        store.grant("task", "t", "bob", READ);
        Sql.run(path, "UPDATE acl_grants SET level = 7 WHERE id = 't'");
        assertThat(store.list(GrantFilter.ALL, 10)).extracting(Grant::id).containsExactly("t", "a", "b");
        assertThat(store.list(GrantFilter.ALL, 2)).extracting(Grant::id).containsExactly("t", "a");
        assertThat(store.list(GrantFilter.ALL, 0)).isEmpty();
        assertThat(store.list(GrantFilter.ofKind("workflow"), 10))
                .extracting(Grant::id)
                .containsExactly("a", "b");
        assertThat(store.list(GrantFilter.ofPrincipal("bob"), 10))
                .extracting(Grant::id)
                .containsExactly("t", "b");
        assertThat(store.list(new GrantFilter(Optional.of("workflow"), Optional.of("a"), Optional.of("bob")), 10))
                .isEmpty();
        assertThat(store.list(new GrantFilter(Optional.empty(), Optional.of("a"), Optional.empty()), 10))
                .containsExactly(new Grant(
                        "workflow",
                        "a",
                        "eve",
                        Optional.of(READ),
                        "1",
                        "2026-06-01T08:01:01+00:00",
                        "2026-06-01T08:01:01+00:00"));
        assertThat(store.list(GrantFilter.ofKind("task"), 10).get(0).level()).isEmpty();
        assertThat(store.list(GrantFilter.ofKind("task"), 10).get(0).storedLevel())
                .isEqualTo("7");
        assertThatIllegalArgumentException().isThrownBy(() -> store.list(GrantFilter.ALL, -1));
    }

    @Test
    void aClosedStoreAnswersNothingNotEvenFromMemory() {
        store.grant("workflow", "wf", "bob", WRITE);
        store.level("workflow", "wf", "bob");
        store.ids("workflow", "bob", READ);
        store.close();
        store.close();
        assertThatThrownBy(() -> store.level("workflow", "wf", "bob")).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> store.ids("workflow", "bob", READ)).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> store.list(GrantFilter.ALL, 1)).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> store.claim("workflow", "wf", "eve", READ)).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> store.grant("workflow", "wf", "eve", READ)).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> store.revoke("workflow", "wf", "bob")).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> store.removeAll("workflow", "wf")).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> store.reconcile(List.of(), Sweep.EVERY_KIND)).isInstanceOf(StoreUnavailable.class);
    }
}
