package id.lum.goplugin.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.goplugin.internal.ProcessRecord.Identity;
import id.lum.testing.CapturedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next container does about processes that a killed one has left behind. */
class ProcessRecordsTest {
    private static final Identity GONE = new Identity(Long.MAX_VALUE, 1);

    @TempDir
    Path folder;

    private Path copies;
    private Path records;
    private Path sockets;
    private Process orphan;

    @BeforeEach
    void start() throws Exception {
        copies = Files.createDirectory(folder.resolve("copies"));
        records = Files.createDirectory(folder.resolve("processes"));
        sockets = SocketFolders.create(folder);
        Files.createFile(sockets.resolve("plugin1"));
        Path copy = Files.copy(Path.of("/bin/sleep").toRealPath(), copies.resolve("vault-1"));
        orphan = new ProcessBuilder(copy.toString(), "600").start();
    }

    @AfterEach
    void end() throws Exception {
        orphan.destroyForcibly().waitFor();
    }

    private ProcessRecords open() {
        return new ProcessRecords(records, copies);
    }

    private ProcessRecord record(Identity process, Identity owner) {
        return new ProcessRecord("VAULT", process, owner, copies.resolve("vault-1"), Optional.of(sockets));
    }

    private Identity started() {
        return Identity.of(orphan.toHandle());
    }

    private void assertEnded() throws Exception {
        assertThat(orphan.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(records).isEmptyDirectory();
        assertThat(copies).isEmptyDirectory();
        assertThat(sockets).doesNotExist();
    }

    @Test
    void aProcessOfAContainerThatIsGoneIsEndedAndItsFilesAreDeleted() throws Exception {
        open().write(record(started(), GONE));
        try (CapturedLog log = CapturedLog.ofEverything()) {
            open().endOrphans();
            assertThat(log.linesWith("VAULT: process " + orphan.pid() + " of its plugin"))
                    .hasSize(1);
        }
        assertEnded();
    }

    @Test
    void aProcessThisContainerLeftBehindItselfIsEnded() throws Exception {
        open().write(record(started(), Identity.of(ProcessHandle.current())));
        open().endOrphans();
        assertEnded();
    }

    @Test
    void aProcessWhoseNumberWasNotWrittenYetIsFoundByWhatItRuns() throws Exception {
        open().write(record(Identity.UNKNOWN, GONE));
        open().endOrphans();
        assertEnded();
    }

    @Test
    void anotherProcessThatHasTheNumberNowIsLeftAlone() throws Exception {
        open().write(record(new Identity(orphan.pid(), started().started() - 3000), GONE));
        open().endOrphans();
        assertThat(orphan.isAlive()).isTrue();
        assertThat(records).isEmptyDirectory();
    }

    @Test
    void aProcessOfAContainerThatRunsIsLeftAlone() throws Exception {
        ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
        open().write(record(started(), Identity.of(parent)));
        open().endOrphans();
        assertThat(orphan.isAlive()).isTrue();
        assertThat(records).isNotEmptyDirectory();
    }

    @Test
    void whatAPluginMadeInItsFolderIsDeletedAndWhatItLinkedToIsNot() throws Exception {
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        Files.createFile(foreign.resolve("file"));
        Files.createFile(Files.createDirectories(sockets.resolve("a/b")).resolve("file"));
        Files.createSymbolicLink(sockets.resolve("a/link"), foreign);
        open().write(record(started(), GONE));
        open().endOrphans();
        assertEnded();
        assertThat(foreign).isNotEmptyDirectory();
    }

    @Test
    void onlyFilesOfOursAreDeleted() throws Exception {
        Path foreign = Files.createFile(folder.resolve("foreign"));
        Path folderOfOthers = Files.createDirectory(folder.resolve("others"));
        Files.createFile(folderOfOthers.resolve("file"));
        open().write(new ProcessRecord("VAULT", GONE, GONE, foreign, Optional.of(folderOfOthers)));
        open().endOrphans();
        assertThat(foreign).exists();
        assertThat(folderOfOthers).isNotEmptyDirectory();
    }

    @Test
    void aBrokenRecordIsDeletedAndTheOthersCount() throws Exception {
        Files.writeString(records.resolve("a.process"), "pid=x\n");
        Files.writeString(records.resolve("b.process"), "");
        Files.write(records.resolve("c.process"), new byte[] {(byte) 0xff, '\n'});
        open().write(record(started(), GONE));
        open().endOrphans();
        assertEnded();
    }
}
