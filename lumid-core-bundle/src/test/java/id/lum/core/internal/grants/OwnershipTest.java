package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import id.lum.core.grants.GrantStoreSettings;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreRefused;
import id.lum.support.sqlite.StoreSettings;
import java.io.BufferedReader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two stores on one file would sweep each other's grants: the second is refused, the first notices nothing. */
class OwnershipTest {
    @TempDir
    Path directory;

    private static StoreRefused refusal(Path path, String owner) {
        GrantStoreSettings settings = new GrantStoreSettings(
                new StoreSettings(path, JournalMode.WAL, owner, StoreLimits.defaults()), 1000, Stores.SESSION);
        StoreRefused refused = catchThrowableOfType(
                StoreRefused.class,
                () -> SqliteGrantStore.open(settings, Stores.clock()).close());
        assertThat(refused).as("opening " + path + " a second time").isNotNull();
        assertThat(refused).hasMessageContaining("belongs to another store");
        return refused;
    }

    private static String sayOf(Process child) throws Exception {
        try (BufferedReader out = child.inputReader()) {
            String said = out.readLine();
            assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
            return said;
        }
    }

    @Test
    void aSecondStoreInThisJvmIsRefusedAndBothAreNamed() {
        Path path = directory.resolve("acl.sqlite");
        try (SqliteGrantStore first = Stores.open(path)) {
            StoreRefused refused = refusal(path, "id.lum.lumilake acl.db.path");
            assertThat(refused)
                    .hasMessageContaining(Stores.OWNER)
                    .hasMessageContaining("id.lum.lumilake acl.db.path")
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("a file of its own");
            first.grant("workflow", "wf", "bob", WRITE);
            assertThat(first.level("workflow", "wf", "bob")).contains(WRITE);
        }
        Stores.open(path).close();
    }

    @Test
    void aHardLinkIsRefusedAndBothOwnersAreNamedWhileTheOtherIsOpen() throws Exception {
        Path path = directory.resolve("acl.sqlite");
        Path link = directory.resolve("link.sqlite");
        try (SqliteGrantStore first = Stores.open(path)) {
            first.grant("workflow", "wf", "bob", WRITE);
            Files.createLink(link, path);
            assertThat(refusal(link, "id.lum.lumilake acl.db.path"))
                    .hasMessageContaining(Stores.OWNER)
                    .hasMessageContaining("id.lum.lumilake acl.db.path");
            assertThat(first.level("workflow", "wf", "bob")).contains(WRITE);
        }
    }

    @Test
    void aFileWithTwoNamesIsRefusedUntilItHasOneAgain() throws Exception {
        Path path = directory.resolve("acl.sqlite");
        Path link = directory.resolve("link.sqlite");
        try (SqliteGrantStore first = Stores.open(path)) {
            first.grant("workflow", "wf", "bob", WRITE);
        }
        Files.createLink(link, path);
        for (Path name : List.of(path, link)) {
            StoreRefused refused = catchThrowableOfType(
                    StoreRefused.class, () -> Stores.open(name).close());
            assertThat(refused).hasMessageContaining("2 names (hard links)").hasMessageContaining(name.toString());
        }
        Files.delete(path);
        try (SqliteGrantStore byLink = Stores.open(link)) {
            assertThat(byLink.level("workflow", "wf", "bob")).contains(WRITE);
        }
    }

    @Test
    void otherNamesOfTheFileLeadToTheSameOwner() throws Exception {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path path = real.resolve("acl.sqlite");
        Path linkedDirectory = Files.createSymbolicLink(directory.resolve("linked"), real);
        try (SqliteGrantStore first = Stores.open(path)) {
            first.grant("workflow", "wf", "bob", WRITE);
            Path linkedFile = Files.createSymbolicLink(directory.resolve("link.sqlite"), path);
            refusal(linkedDirectory.resolve("acl.sqlite"), "id.lum.lumilake acl.db.path");
            refusal(linkedFile, "id.lum.lumilake acl.db.path");
            refusal(real.resolve("../real/acl.sqlite"), "id.lum.lumilake acl.db.path");
        }
        try (SqliteGrantStore byLink = Stores.open(directory.resolve("link.sqlite"))) {
            assertThat(byLink.level("workflow", "wf", "bob")).contains(WRITE);
            refusal(path, "id.lum.lumilake acl.db.path");
        }
        try (SqliteGrantStore byDirectory = Stores.open(linkedDirectory.resolve("acl.sqlite"))) {
            assertThat(byDirectory.level("workflow", "wf", "bob")).contains(WRITE);
        }
        assertThat(Stores.filesIn(real)).containsExactly("acl.sqlite", "acl.sqlite.lock");
    }

    @Test
    void aRefusedSecondStoreDoesNotTakeTheLockFromTheFirst() throws Exception {
        Path path = directory.resolve("acl.sqlite");
        try (SqliteGrantStore first = Stores.open(path)) {
            refusal(path, "id.lum.lumilake acl.db.path");
            System.gc();
            // POSIX drops a process's locks on a file when it closes any descriptor on it; another process can tell.
            assertThat(sayOf(ChildStore.start("hold", path.toString())))
                    .startsWith("refused")
                    .contains(Stores.OWNER + " in process "
                            + ProcessHandle.current().pid());
            first.grant("workflow", "wf", "bob", WRITE);
        }
    }

    @Test
    void aLockTakenByOtherCodeOfThisJvmIsRespected() throws Exception {
        Path path = directory.resolve("acl.sqlite");
        try (FileChannel channel = FileChannel.open(
                directory.resolve("acl.sqlite.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            refusal(path, "id.lum.lumilake acl.db.path");
        }
        Stores.open(path).close();
    }

    @Test
    void aSecondProcessIsRefusedAndTheFirstGoesOn() throws Exception {
        Path path = directory.resolve("acl.sqlite");
        Process child = ChildStore.start("hold", path.toString());
        try (BufferedReader out = child.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            try (Writer in = child.outputWriter()) {
                for (int attempt = 0; attempt < 3; attempt++) {
                    StoreRefused refused = refusal(path, "id.lum.lumilake acl.db.path");
                    assertThat(refused)
                            .hasMessageContaining(Stores.OWNER + " in process " + child.pid())
                            .hasMessageContaining("id.lum.lumilake acl.db.path in process "
                                    + ProcessHandle.current().pid());
                    in.write("wf-" + attempt + "\n");
                    in.flush();
                    assertThat(out.readLine()).isEqualTo("granted wf-" + attempt);
                }
            }
            assertThat(out.readLine()).isEqualTo("closed");
            assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            child.destroyForcibly();
        }
        assertThat(Stores.filesIn(directory)).containsExactly("acl.sqlite", "acl.sqlite.lock");
        try (SqliteGrantStore next = Stores.open(path)) {
            assertThat(next.ids("workflow", "child", WRITE)).hasSize(3);
        }
    }

    @Test
    void theLockOfAKilledProcessIsFree() throws Exception {
        Path path = directory.resolve("acl.sqlite");
        Process child = ChildStore.start("hold", path.toString());
        try (BufferedReader out = child.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            child.destroyForcibly();
            assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        }
        Stores.open(path).close();
    }
}
