package id.lum.core.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.sqlite.JournalMode;
import id.lum.core.sqlite.StoreUnavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk fails under an open store: calls fail for as long, and no longer. */
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

    /** In a process of its own: to close a descriptor on the database here would drop the locks that SQLite holds. */
    private static void copy(Path from, Path to) throws Exception {
        Process copying = new ProcessBuilder("sh", "-c", "cat \"$0\" > \"$1\"", from.toString(), to.toString())
                .inheritIO()
                .start();
        assertThat(copying.waitFor()).isZero();
    }
}
