package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The runnable container, told by its environment alone where the others are. */
class EnvironmentTest {
    /** @param ownPath whose database has a variable of its own; the other's is named by the common one */
    @ParameterizedTest
    @ValueSource(strings = {"FLOWMESH", "LUMILAKE"})
    void everyVariableCountsAndNoSecretOfThemIsWrittenDown(String ownPath) throws Exception {
        Path home = ShippedFolder.copy("EnvironmentTest").home();
        Path place = home.resolveSibling("place");
        try (Surroundings surroundings = new Surroundings(place, ownPath);
                Lumid container =
                        Lumid.start(home, command -> command.environment().putAll(surroundings.environment()))) {
            container.waitFor("g! ");
            surroundings.allCount(new Operator() {
                @Override
                public String types(String... lines) throws Exception {
                    StringBuilder shown = new StringBuilder();
                    for (String line : lines) {
                        shown.append(container.type(line));
                    }
                    return shown.toString();
                }

                @Override
                public Path etc() {
                    return home.resolve("etc");
                }
            });
            assertThat(Surroundings.filesWith("$[env:FLOWMESH_BRIDGE_SECRET;default\\=]", home.resolve("data")))
                    .isNotEmpty();
            assertThat(Surroundings.filesWithASecret(home)).isEmpty();
            assertThat(Files.readString(home.resolve("etc/id.lum.flowmesh.cfg")))
                    .contains(".bridge.secret = $[env:FLOWMESH_BRIDGE_SECRET;default=]");
        }
    }
}
