package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The runnable container, told by its environment alone where the others are. */
class EnvironmentTest {
    private static final String PLACEHOLDER = "$[env:FLOWMESH_BRIDGE_SECRET;default=]";
    private static final String REFERENCE = "ENV://FLOWMESH_BRIDGE_SECRET";

    /** @param ownPath whose database has a variable of its own; the other's is named by the common one */
    @ParameterizedTest
    @ValueSource(strings = {"FLOWMESH", "LUMILAKE"})
    void everyVariableCountsAndNoSecretOfThemIsWrittenDown(String ownPath) throws Exception {
        Path home = ShippedFolder.copy("EnvironmentTest").home();
        allCount(home, ownPath, PLACEHOLDER.replace("=", "\\="));
        assertThat(Files.readString(home.resolve("etc/id.lum.flowmesh.cfg")))
                .contains(".bridge.secret = " + PLACEHOLDER);
    }

    @Test
    void variableThatARuleAndAListAllowIsReferredTo() throws Exception {
        Path home = ShippedFolder.copy("EnvironmentTest").home();
        Path adapter = home.resolve("etc/id.lum.flowmesh.cfg");
        EditedFile.replace(adapter, "(?m)^\\.bridge\\.secret = .*$", ".bridge.secret = " + REFERENCE);
        Path stores = home.resolve("etc/id.lum.tokenstore.cfg");
        EditedFile.replace(stores, "(?m)^allow =.*$", "allow = id.lum.flowmesh ENV FLOWMESH_*");
        EditedFile.replace(stores, "(?m)^env.names =.*$", "env.names = FLOWMESH_BRIDGE_SECRET");
        allCount(home, "FLOWMESH", REFERENCE);
        assertThat(Files.readString(adapter)).contains(".bridge.secret = " + REFERENCE);
    }

    /** @param written what stands for the bridge secret where configurations are kept */
    private static void allCount(Path home, String ownPath, String written) throws Exception {
        try (Surroundings surroundings = new Surroundings(home.resolveSibling("place"), ownPath);
                Lumid container =
                        Lumid.start(home, command -> command.environment().putAll(surroundings.environment()))) {
            container.awaitHooks();
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
            // The search finds what stands for a secret where configurations are kept, so it would find a secret.
            assertThat(Surroundings.filesWith(written, home.resolve("data"))).isNotEmpty();
            assertThat(Surroundings.filesWithASecret(home)).isEmpty();
        }
    }
}
