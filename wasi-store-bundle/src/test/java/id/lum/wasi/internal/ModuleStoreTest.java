package id.lum.wasi.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.support.plugin.OutputMode;
import id.lum.testing.CapturedLog;
import id.lum.testing.Together;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModuleStoreTest {
    private final CapturedLog log = CapturedLog.ofEverything();
    private final ExecutorService threads = TestModules.threads();

    @TempDir
    Path folder;

    private ModuleStore store;

    @BeforeEach
    void load() throws Exception {
        store = new ModuleStore(misbehaving());
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        log.close();
    }

    private ServedModule misbehaving() throws Exception {
        return new ModuleFolder(folder).load(TestModules.misbehaving(), TestModules.CLOSED, OutputMode.LEVELS, threads);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "``; {\"token\":\"request\",\"version\":\"\"}",
                "version=3; {\"token\":\"request\",\"metadata\":{\"version\":\"3\"},\"version\":\"\"}",
                "a=1, b = 2; {\"token\":\"request\",\"metadata\":{\"a\":\"1\",\"b\":\"2\"},\"version\":\"\"}",
                "a=; {\"token\":\"request\",\"metadata\":{\"a\":\"\"},\"version\":\"\"}",
            })
    void metadataReachesTheModuleAsAnObject(String metadata, String request) throws Exception {
        assertThat(store.value("request", metadata)).isEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "a=1=2", "a=1,a=2", "=1", "a=1,"})
    void metadataThatIsNoListOfPairsIsRefusedAndNotQuoted(String metadata) {
        assertThatThrownBy(() -> store.value("request", metadata))
                .isInstanceOfSatisfying(
                        TokenStoreException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.RETRIEVAL_FAILED))
                .message()
                .doesNotContain("1");
    }

    @Test
    void aPathWithHalfACharacterIsRefused() {
        assertThatThrownBy(() -> store.value("\ud800", "")).isInstanceOf(TokenStoreException.class);
    }

    @Test
    void noCallFailsWhileTheModuleIsExchanged() throws Exception {
        Together.run(thread -> {
            for (int i = 0; i < 50; i++) {
                if (thread == 0 && i % 10 == 0) {
                    store.exchange(misbehaving());
                }
                assertThat(store.value("thread-" + thread + "-" + i, "")).isEqualTo("thread-" + thread + "-" + i);
            }
        });
    }

    @Test
    void whatAModulePrintsIsLoggedUpToALimit() throws Exception {
        assertThat(store.value("print", "")).isEqualTo("21");
        assertThat(log.linesWith("a line of the module")).isNotEmpty().hasSizeLessThan(200);
    }
}
