package id.lum.support.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the file of the lock says about its owner. */
class DatabaseLockTest {
    @TempDir
    Path folder;

    @Test
    void theNameOfAnEarlierOwnerIsReplacedWholeHoweverLongItWas() throws Exception {
        Path lock = folder.resolve("n.sqlite.lock");
        for (String earlier : new String[] {"", "x", "an owner ".repeat(100)}) {
            Files.writeString(lock, earlier);
            NumberSchema.open(folder.resolve("n.sqlite")).close();
            assertThat(lock)
                    .hasContent("id.lum.test db.path in process "
                            + ProcessHandle.current().pid());
        }
    }
}
