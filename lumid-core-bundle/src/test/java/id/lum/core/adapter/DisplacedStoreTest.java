package id.lum.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.internal.grants.Authorization;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.core.policy.ActionRule;
import id.lum.core.policy.KindRule;
import id.lum.core.policy.PermissionPolicy;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.policy.PolicyOptions;
import id.lum.support.lifecycle.Leased;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.ReopeningStore;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that somebody moves, removes or replaces under an open store: it ends by itself, and no grant gets lost. */
class DisplacedStoreTest {
    private static final PolicyEngine ENGINE = new PolicyEngine(
            PermissionPolicy.of(
                    Set.of("*"),
                    List.of(ActionRule.action("write", GrantLevel.WRITE)),
                    List.of(KindRule.kind("workflow"))),
            PolicyOptions.NONE);
    private static final String SECOND_LOOK = "Still so: ";

    @TempDir
    Path folder;

    private final AtomicReference<Leased<Authorization>> published = new AtomicReference<>();
    private final ReopeningStore<AdapterSettings, Authorization> adapter =
            new ReopeningStore<>(new GrantStoreFactory(), published::set);
    private Path file;
    private Path aside;

    @BeforeEach
    void name() throws IOException {
        file = folder.toRealPath().resolve("acl.sqlite");
        aside = file.resolveSibling("aside");
    }

    @AfterEach
    void close() {
        adapter.close();
    }

    private static GrantStoreSettings store(Path file, JournalMode mode) {
        StoreSettings database = new StoreSettings(file, mode, "id.lum.acme acl.db.path", StoreLimits.defaults());
        return new GrantStoreSettings(database, 1000, Instant.EPOCH);
    }

    private void apply(JournalMode mode) {
        adapter.apply(new AdapterSettings(store(file, mode), ENGINE));
    }

    private Path backup(String id) {
        Path backup = file.resolveSibling("backup.sqlite");
        try (SqliteGrantStore other = SqliteGrantStore.open(store(backup, JournalMode.WAL), Clock.systemUTC())) {
            other.grant("workflow", id, "bob", GrantLevel.WRITE);
        }
        return backup;
    }

    private void grant(String id) {
        published.get().withResource(open -> {
            open.store().grant("workflow", id, "bob", GrantLevel.WRITE);
            return id;
        });
    }

    private boolean holds(String id) {
        return published
                .get()
                .withResource(open -> open.store().level("workflow", id, "bob").isPresent());
    }

    private boolean isGranted(String id) {
        try {
            grant(id);
            return true;
        } catch (StoreUnavailable notYet) {
            return false;
        }
    }

    private void refuses(String id) {
        assertThatThrownBy(() -> grant(id)).isInstanceOf(StoreUnavailable.class);
    }

    private static long lines(CapturedLog log, String one, String other) {
        return log.linesWith(one).stream().filter(line -> line.contains(other)).count();
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void aBackupThatIsMovedThereIsServedAndNothingOfTheOldLogGetsIntoIt(JournalMode mode) throws Exception {
        apply(mode);
        for (int i = 0; i < 500; i++) {
            grant("old-" + i);
        }
        Path backup = backup("wf-2");
        try (CapturedLog log = new CapturedLog()) {
            Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);
            refuses("wf-3");
            Await.until("writes are taken", () -> isGranted("wf-3"));
            Await.until(
                    "it is logged", () -> log.text().contains("opened again, on the database that is now at " + file));
            assertThat(log.errors()).hasSize(1);
        }
        assertThat(holds("wf-2")).isTrue();
        assertThat(holds("old-1")).isFalse();
        adapter.close();
        try (SqliteGrantStore found = SqliteGrantStore.open(store(file, JournalMode.WAL), Clock.systemUTC())) {
            assertThat(found.ids("workflow", "bob", GrantLevel.READ)).containsExactlyInAnyOrder("wf-2", "wf-3");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whileThereIsNoFileOrAnEmptyOneNothingIsMadeAndTheOldOneIsServedOnceItIsBack(boolean emptyOne)
            throws Exception {
        apply(JournalMode.WAL);
        grant("wf-1");
        try (CapturedLog log = new CapturedLog()) {
            Files.move(file, aside);
            if (emptyOne) {
                Files.createFile(file);
            }
            refuses("wf-2");
            Await.until("it is looked at again", () -> log.text().contains(SECOND_LOOK));
            refuses("wf-2");
            assertThat(log.errors()).hasSize(1);
            assertThat(Files.exists(file)).isEqualTo(emptyOne);
            if (emptyOne) {
                assertThat(file).isEmptyFile();
            }
            assertThat(holds("wf-1")).isTrue();

            Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
            grant("wf-2");
            Await.until("the log says that it is over", () -> log.text().contains("writes are taken again"));
        }
        assertThat(holds("wf-1")).isTrue();
    }

    @Test
    void aFileThatCannotBeOpenedIsTriedAgainAndOnceItIsGoneNothingIsMade() throws Exception {
        apply(JournalMode.WAL);
        grant("wf-1");
        Path backup = backup("wf-2");
        try (CapturedLog log = new CapturedLog()) {
            Files.move(file, aside);
            Files.writeString(file, "this is no database, but has been put in its place");
            refuses("wf-3");
            Await.until("the log says why", () -> log.text().contains("it is not a database"));
            assertThatThrownBy(() -> holds("wf-1")).isInstanceOf(StoreUnavailable.class);

            Files.delete(file);
            Await.until("the log says that there is none", () -> log.text().contains("has no open database"));
            refuses("wf-3");
            assertThat(file).doesNotExist();

            Files.move(backup, file);
            Await.until("writes are taken", () -> isGranted("wf-3"));
        }
        assertThat(holds("wf-2")).isTrue();
        assertThat(holds("wf-1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {".lock", "-wal"})
    void aFileBesideTheDatabaseThatIsRemovedIsMadeAgainAndNoGrantIsLost(String suffix) throws Exception {
        apply(JournalMode.WAL);
        grant("wf-1");
        Files.delete(file.resolveSibling(file.getFileName() + suffix));
        refuses("wf-2");
        Await.until("writes are taken", () -> isGranted("wf-2"));
        assertThat(holds("wf-1")).isTrue();
        assertThat(file.resolveSibling(file.getFileName() + suffix)).exists();
    }

    @Test
    void aChangeThatNeedsTheFileWaitsUntilItIsBackAndMakesNone() throws Exception {
        apply(JournalMode.WAL);
        grant("wf-1");
        Files.move(file, aside);
        try (CapturedLog log = new CapturedLog()) {
            apply(JournalMode.ROLLBACK);
            Await.until(
                    "it is looked at again for both reasons",
                    () -> lines(log, SECOND_LOOK, "stays in force") > 1 && lines(log, SECOND_LOOK, "is written") > 1);
            assertThat(lines(log, " ERROR ", "stays in force")).isEqualTo(1);
            assertThat(lines(log, " ERROR ", "is written")).isEqualTo(1);
            assertThat(log.errors()).hasSize(2);
        }
        assertThat(file).doesNotExist();
        assertThat(holds("wf-1")).isTrue();
        Files.move(aside, file);
        Await.until(
                "the change is made",
                () -> published
                        .get()
                        .<Boolean>withResource(
                                open -> open.store().synchronous().equals("EXTRA")));
        assertThat(holds("wf-1")).isTrue();
    }

    @Test
    void anotherPathIsTakenWhileNothingCanBeOpenedAtTheOldOne() throws Exception {
        apply(JournalMode.WAL);
        try (CapturedLog log = new CapturedLog()) {
            Files.move(file, aside);
            Files.writeString(file, "this is no database, but has been put in its place");
            refuses("wf-1");
            Await.until("the log says why", () -> log.text().contains("it is not a database"));
        }
        file = file.resolveSibling("other.sqlite");
        apply(JournalMode.WAL);
        grant("wf-1");
        assertThat(holds("wf-1")).isTrue();
    }
}
