package id.lum.goplugin.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginDiscoveryTest {
    private final PluginDiscovery discovery = new PluginDiscovery(new PluginPlatform("linux", "amd64"));

    @TempDir
    Path folder;

    private Path file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    private Map<String, Path> find(String... roots) throws IOException {
        Map<String, Path> found = new TreeMap<>();
        discovery
                .find(List.of(roots).stream().map(folder::resolve).toList())
                .forEach((prefix, file) -> found.put(prefix, folder.relativize(file.path())));
        return found;
    }

    @Test
    void pluginsAreFoundInTheFolderAndInOneOfTheirOwn() throws IOException {
        file("r/vault-linux-amd64");
        file("r/awssecrets/awssecrets-linux-amd64");
        assertThat(find("r"))
                .isEqualTo(Map.of(
                        "VAULT", Path.of("r/vault-linux-amd64"),
                        "AWSSECRETS", Path.of("r/awssecrets/awssecrets-linux-amd64")));
    }

    @Test
    void theFirstFolderCountsAndInItTheOneOfTheirOwn() throws IOException {
        file("second/vault/vault-linux-amd64");
        file("first/vault-linux-amd64");
        assertThat(find("first", "second")).isEqualTo(Map.of("VAULT", Path.of("first/vault-linux-amd64")));
        file("first/vault/vault-linux-amd64");
        assertThat(find("first", "second")).isEqualTo(Map.of("VAULT", Path.of("first/vault/vault-linux-amd64")));
    }

    @Test
    void otherNamesAreNoPlugins() throws IOException {
        file("r/vault-linux-arm64");
        file("r/Vault-linux-amd64");
        file("r/my-vault-linux-amd64");
        file("r/9-linux-amd64");
        file("r/-linux-amd64");
        file("r/vault-linux-amd64.sha256");
        file("r/other/vault-linux-amd64");
        assertThat(find("r", "absent")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Linux,amd64,-linux-amd64",
        "Linux,aarch64,-linux-arm64",
        "Linux,i386,-linux-386",
        "Linux,riscv64,-linux-riscv64",
        "Mac OS X,x86_64,-darwin-amd64",
        "Mac OS X,aarch64,-darwin-arm64",
        "Windows 11,amd64,-windows-amd64",
    })
    void machinesAreNamedAsGoNamesThem(String os, String architecture, String suffix) {
        assertThat(PluginPlatform.of(os, architecture).suffix()).isEqualTo(suffix);
    }
}
