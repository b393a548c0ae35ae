package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFolderTest {
    @TempDir
    Path place;

    private TokenFolder tokens;

    @BeforeEach
    void makeFolder() throws IOException {
        Files.writeString(place.resolve("secret"), "not a token of the folder");
        Path folder = Files.createDirectory(place.resolve("tokens"));
        Files.writeString(folder.resolve("ann"), " ann-token\n");
        Files.createDirectory(folder.resolve("inner"));
        Files.writeString(folder.resolve("inner").resolve("ben"), "ben-token");
        tokens = new TokenFolder(folder);
    }

    private String refusalOf(String name) {
        assertThatThrownBy(() -> tokens.read(name)).isInstanceOf(IOException.class);
        try {
            return tokens.read(name).replace(name, "NAME");
        } catch (IOException refused) {
            return refused.getMessage().replace("file " + name + " in", "file NAME in");
        }
    }

    @Test
    void aFileOfTheFolderHoldsTheTokenAndNothingElse() throws IOException {
        assertThat(tokens.read("ann")).isEqualTo("ann-token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../secret",
                "./ann",
                "inner/ben",
                "inner",
                "/etc/hostname",
                "/none",
                "inner/../ann"
            })
    void aNameThatLeadsOutOfTheFolderOrToNoFileGetsTheSameAnswer(String name) {
        assertThat(refusalOf(name)).isEqualTo(refusalOf("none"));
    }

    @Test
    void aNameThatIsNoPathGetsTheSameAnswer() {
        assertThatThrownBy(() -> tokens.read("a\0b")).hasMessageContaining("There is no token file a\\u0000b in");
        assertThatThrownBy(() -> tokens.read("..\\secret")).hasMessageContaining("There is no token file ..");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLinkOutOfTheFolderIsNotFollowed() throws IOException {
        Files.createSymbolicLink(tokens.folder().resolve("link"), place.resolve("secret"));
        Files.createSymbolicLink(tokens.folder().resolve("endless"), Path.of("/dev/zero"));
        assertThat(refusalOf("link")).isEqualTo(refusalOf("none"));
        assertThat(refusalOf("endless")).isEqualTo(refusalOf("none"));
    }

    @Test
    void aFileThatIsTooLargeIsNoToken() throws IOException {
        Files.writeString(tokens.folder().resolve("huge"), "x".repeat(70_000));
        assertThat(refusalOf("huge")).isEqualTo(refusalOf("none"));
    }

    @Test
    void theFolderIsTheOneThatTheFrameworkNamesOrOneInItsDataFolder() throws IOException {
        assertThat(TokenFolder.of(Map.of("lumid.tokens.dir", "/t", "lumid.data", "/d", "karaf.data", "/k")::get)
                        .folder())
                .isEqualTo(Path.of("/t").toAbsolutePath());
        assertThat(TokenFolder.of(Map.of("lumid.data", "/d", "karaf.data", "/k")::get)
                        .folder())
                .isEqualTo(Path.of("/d/lumid/tokens").toAbsolutePath());
        assertThat(TokenFolder.of(Map.of("lumid.tokens.dir", " ", "karaf.data", "/k")::get)
                        .folder())
                .isEqualTo(Path.of("/k/lumid/tokens").toAbsolutePath());
        assertThatThrownBy(() -> TokenFolder.of(Map.<String, String>of()::get))
                .hasMessageContaining("lumid.tokens.dir");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lumid.tokens.dir", "lumid.data", "karaf.data"})
    void aPropertyThatIsNoPathIsRefusedByItsName(String property) {
        assertThatThrownBy(() -> TokenFolder.of(Map.of(property, "a\0b")::get))
                .isInstanceOf(IOException.class)
                .hasMessage("The framework property " + property + " is no path: a\\u0000b");
    }
}
