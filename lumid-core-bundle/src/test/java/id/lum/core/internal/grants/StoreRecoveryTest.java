package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.grants.Sweep;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreRefused;
import id.lum.support.sqlite.StoreUnavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to its files while a store is open, or was just killed: calls fail for as long, and no longer. */
class StoreRecoveryTest {
    /** More than a connection has read by itself. */
    private static final int ROWS = 10_000;

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void name() {
        path = directory.resolve("acl.sqlite");
    }

    private SqliteGrantStore open(JournalMode mode) {
        return SqliteGrantStore.open(Stores.settings(path, mode, Stores.LIMITS), Stores.clock());
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void aFileThatIsDamagedAndPutRightIsReadAndWrittenAgain(JournalMode mode) throws Exception {
        Stores.fillStale(path, ROWS);
        try (SqliteGrantStore store = open(mode)) {
            Path whole = directory.resolve("whole");
            copy(path, whole);
            copy(Files.write(directory.resolve("garbage"), new byte[(int) Files.size(path)]), path);

            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> store.grant("workflow", "wf-1", "bob", WRITE))
                        .isInstanceOf(StoreUnavailable.class);
            }
            // Each connection that reads fails once at least.
            for (int i = 0; i < 2 * Stores.LIMITS.readConnections(); i++) {
                assertThatThrownBy(() -> store.ids("task", "p", READ)).isInstanceOf(StoreUnavailable.class);
            }

            copy(whole, path);
            store.grant("workflow", "wf-1", "bob", WRITE);
            for (int i = 0; i < 2 * Stores.LIMITS.readConnections(); i++) {
                assertThat(store.ids("task", "p", READ)).hasSize(ROWS);
            }
            assertThat(store.ids("workflow", "bob", READ)).containsExactly("wf-1");
        }
        assertThat(Sql.rows(path, "PRAGMA integrity_check")).containsExactly("ok");
    }

    @Test
    void whatIsInTheWayOfTheJournalStopsWritesUntilItIsGone() throws Exception {
        try (SqliteGrantStore store = open(JournalMode.ROLLBACK)) {
            store.grant("workflow", "wf-1", "bob", WRITE);
            Path inTheWay = Files.createDirectory(path.resolveSibling("acl.sqlite-journal"));

            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> store.grant("workflow", "wf-2", "bob", WRITE))
                        .isInstanceOf(StoreUnavailable.class);
            }

            Files.delete(inTheWay);
            store.grant("workflow", "wf-2", "bob", WRITE);
            assertThat(store.ids("workflow", "bob", READ)).containsExactlyInAnyOrder("wf-1", "wf-2");
        }
    }

    /** What somebody does to the files while the store is open, and how it is undone. */
    private enum Mishap {
        MOVED("mv acl.sqlite aside", "mv aside acl.sqlite", "was removed"),
        EMPTIED("cp acl.sqlite aside; : > acl.sqlite", "cat aside > acl.sqlite", "was replaced or emptied"),
        REPLACED(
                "mv acl.sqlite aside; cp aside acl.sqlite",
                "rm acl.sqlite; mv aside acl.sqlite",
                "was replaced or emptied"),
        LOCK_MOVED("mv acl.sqlite.lock aside", "mv aside acl.sqlite.lock", ".lock was removed"),
        LOG_MOVED("mv acl.sqlite-wal aside", "mv aside acl.sqlite-wal", "-wal was removed");

        private final String command;
        private final String undoing;
        private final String sentence;

        Mishap(String command, String undoing, String sentence) {
            this.command = command;
            this.undoing = undoing;
            this.sentence = sentence;
        }
    }

    @ParameterizedTest
    @EnumSource(Mishap.class)
    void whatIsWrittenMustBeFoundAgain(Mishap mishap) throws Exception {
        try (SqliteGrantStore store = open(JournalMode.WAL)) {
            store.grant("workflow", "wf-1", "bob", WRITE);

            shell(mishap.command);
            for (Runnable write : List.<Runnable>of(
                    () -> store.grant("workflow", "wf-2", "bob", WRITE),
                    () -> store.revoke("workflow", "wf-1", "bob"),
                    () -> store.removeAll("workflow", "wf-1"),
                    () -> store.reconcile(List.of(), Sweep.EVERY_KIND))) {
                assertThatThrownBy(write::run)
                        .isInstanceOf(StoreUnavailable.class)
                        .hasMessageContaining(mishap.sentence)
                        .hasMessageContaining("acl.sqlite")
                        .hasMessageContaining("Put it back");
            }

            shell(mishap.undoing);
            store.grant("workflow", "wf-2", "bob", WRITE);
        }
        assertThat(Sql.rows(path, "SELECT id FROM acl_grants ORDER BY id")).containsExactly("wf-1", "wf-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rm acl.sqlite", ": > acl.sqlite"})
    void aLogWithoutItsDatabaseIsRefusedAndKept(String mishap) throws Exception {
        try (SqliteGrantStore store = open(JournalMode.WAL)) {
            store.grant("workflow", "wf-1", "bob", WRITE);
            shell("mkdir killed; cp acl.sqlite acl.sqlite-wal killed");
        }
        shell("rm acl.sqlite*; cp killed/* .; " + mishap);
        byte[] log = Files.readAllBytes(directory.resolve("acl.sqlite-wal"));
        assertThat(log).isNotEmpty();

        assertThatThrownBy(() -> open(JournalMode.WAL))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining(Stores.OWNER)
                .hasMessageContaining("missing or empty");

        assertThat(Files.readAllBytes(directory.resolve("acl.sqlite-wal"))).isEqualTo(log);
        shell("cp killed/acl.sqlite .");
        try (SqliteGrantStore store = open(JournalMode.WAL)) {
            assertThat(store.ids("workflow", "bob", READ)).containsExactly("wf-1");
        }
    }

    private void shell(String command) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertThat(shell.waitFor()).isZero();
    }

    /** In a process of its own: to close a descriptor on the database here would drop the locks that SQLite holds. */
    private static void copy(Path from, Path to) throws Exception {
        Process copying = new ProcessBuilder("sh", "-c", "cat \"$0\" > \"$1\"", from.toString(), to.toString())
                .inheritIO()
                .start();
        assertThat(copying.waitFor()).isZero();
    }
}
