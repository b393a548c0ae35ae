package id.lum.demo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DemoSettingsTest {
    private static final Optional<Path> FILE = Optional.of(Path.of("/data/tokens.json"));

    private static DemoSettings parse(Map<String, Object> properties) {
        DeclaredSettings<DemoConfiguration> given =
                DeclaredSettings.of(DemoConfiguration.class, DemoConfiguration.PID, properties);
        DemoSettings settings = DemoSettings.parse(given);
        given.throwIfRefused();
        return settings;
    }

    static Stream<Arguments> good() {
        return Stream.of(
                arguments(Map.of(), new DemoSettings(List.of(), Optional.empty(), Set.of())),
                arguments(Map.of("hosts", " , "), new DemoSettings(List.of(), Optional.empty(), Set.of())),
                arguments(Map.of("tokens.file", "/data/tokens.json"), new DemoSettings(List.of(), FILE, Set.of())),
                arguments(
                        Map.of("hosts", "flowmesh", "tokens.file", " /data/./tokens.json "),
                        new DemoSettings(List.of("flowmesh"), FILE, Set.of())),
                arguments(
                        Map.of("hosts", "lumilake , flowmesh,lumilake", "tokens.file", "/data/tokens.json"),
                        new DemoSettings(List.of("lumilake", "flowmesh"), FILE, Set.of())),
                arguments(
                        Map.of("hosts", new String[] {"a", "b"}, "tokens.file", "/data/tokens.json"),
                        new DemoSettings(List.of("a", "b"), FILE, Set.of())),
                arguments(
                        Map.of("blocked.principals", "mallory, bob"),
                        new DemoSettings(List.of(), Optional.empty(), Set.of("bob", "mallory"))));
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodValuesAreRead(Map<String, Object> properties, DemoSettings expected) {
        assertThat(parse(properties)).isEqualTo(expected);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments(
                        Map.of("hosts", "flowmesh"),
                        "tokens.file = \"\"",
                        "must be the path of the file with the tokens to accept, because hosts names a host"),
                arguments(
                        Map.of("hosts", "flowmesh", "tokens.file", "  "),
                        "tokens.file = \"  \"",
                        "must be the path of the file with the tokens to accept"),
                arguments(
                        Map.of("hosts", "flowmesh", "tokens.file", "/data/\ud800"),
                        "tokens.file = \"/data/\\ud800\"",
                        "must be the path of a file"),
                arguments(
                        Map.of("hosts", "flowmesh", "tokens.file", new String[] {"/a", "/b"}),
                        "tokens.file = \"/a, /b\"",
                        "must be one value, not several"),
                arguments(
                        Map.of("hosts", "flowmesh", "tokens.file", "$[env:TOKENS]"),
                        "tokens.file = \"$[env:TOKENS]\"",
                        "holds a placeholder or reference that was not resolved"),
                arguments(
                        Map.of("tokens.file", "$[env:TOKENS]"),
                        "tokens.file = \"$[env:TOKENS]\"",
                        "holds a placeholder or reference that was not resolved"),
                arguments(
                        Map.of("hosts", "flowmesh lumilake", "tokens.file", "/data/tokens.json"),
                        "hosts = \"flowmesh lumilake\"",
                        "must be a plain name"),
                arguments(
                        Map.of("hosts", "$[env:HOSTS]", "tokens.file", "/data/tokens.json"),
                        "hosts = \"$[env:HOSTS]\"",
                        "holds a placeholder or reference that was not resolved"),
                arguments(
                        Map.of("blocked.principals", "FILE://blocked"),
                        "blocked.principals = \"FILE://blocked\"",
                        "holds a placeholder or reference that was not resolved"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusalNamesPidPropertyAndRemedy(Map<String, Object> properties, String propertyAndValue, String remedy) {
        assertThatThrownBy(() -> parse(properties))
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith("id.lum.demo: " + propertyAndValue + " is refused: it ")
                .hasMessageContaining(remedy);
    }
}
