package id.lum.goplugin.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginStarterTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private PluginFiles files;
    private WorkFolder work;

    @BeforeEach
    void open() throws Exception {
        files = PluginFiles.in(folder);
        work = files.workFolder();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(files.leftovers()).isEmpty();
    }

    private PluginProcess start(PluginSpec spec) throws Exception {
        return new PluginStarter(work, Map.of("HOME", "/home", "SECRET", "4711")).start(spec, "hello");
    }

    @Test
    void aPluginAnswersWithCertificatesOnBothEnds() throws Exception {
        try (PluginProcess process = start(files.spec(files.server()))) {
            assertThat(process.value("a/b", "version=3", LONG)).isEqualTo("a/b->version=3");
            assertThat(process.isServing()).isTrue();
        }
    }
}
