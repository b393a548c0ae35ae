package id.lum.support.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.CapturedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginSearchTest {
    @TempDir
    Path folder;

    @Test
    void whatIsWrongIsSaidOnceAndAgainIfItIsWrongAgainAfterItWasMended() throws Exception {
        Files.createFile(folder.resolve("vault.x"));
        AtomicBoolean allowed = new AtomicBoolean();
        PluginSearch search = new PluginSearch("id.lum.test", ".x", file -> {
            if (!allowed.get()) {
                throw new PluginRefused("others may write to it");
            }
        });
        try (CapturedLog log = CapturedLog.ofEverything()) {
            for (boolean now : new boolean[] {false, false, true, false}) {
                allowed.set(now);
                assertThat(search.find(List.of(folder), Map.of("VAULT", new Checksum(Checksum.NONE)))
                                .plugins()
                                .containsKey("VAULT"))
                        .isEqualTo(now);
            }
            assertThat(log.errors()).hasSize(2);
        }
    }
}
