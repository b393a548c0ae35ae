package id.lum.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveFilesTest {
    @TempDir
    Path folder;

    @Test
    void filesThatComeAndGoDisturbNoLookAtThoseThatStay() throws Exception {
        Path stays =
                Files.writeString(Files.createDirectory(folder.resolve("inner")).resolve("stays"), "a mark");
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> changing = Background.start(() -> {
            int changes = 0;
            for (; !over.get(); changes++) {
                Path passing = Files.createDirectories(folder.resolve("inner/passing"));
                Files.writeString(passing.resolve("file"), "here");
                Files.delete(passing.resolve("file"));
                Files.delete(passing);
            }
            return changes;
        });
        for (int look = 0; look < 500; look++) {
            assertThat(LiveFiles.below(folder)).contains(stays);
        }
        over.set(true);
        assertThat(Await.result(changing)).isPositive();
        assertThat(LiveFiles.text(stays)).isEqualTo("a mark");
        assertThat(LiveFiles.text(folder.resolve("inner/passing/file"))).isEmpty();
    }
}
