package id.lum.support.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginDiscoveryTest {
    private final PluginDiscovery discovery = new PluginDiscovery("-linux-amd64");

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
                .files()
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
    void aFolderThatCannotBeReadHidesNoOther() throws IOException {
        file("r/vault-linux-amd64");
        Path loop = folder.resolve("loop");
        // To itself: root may read anything else.
        Files.createSymbolicLink(loop, loop);
        assertThat(find("loop", "r")).isEqualTo(Map.of("VAULT", Path.of("r/vault-linux-amd64")));
        assertThat(discovery.find(List.of(loop)).unreadable()).containsOnlyKeys(loop);
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
}
