package id.lum.goplugin.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.EnvironmentRules;
import id.lum.support.plugin.OutputMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoPluginSettingsTest {
    private static final String DIGITS = "0123456789abcdef".repeat(4);

    private static GoPluginSettings parse(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(Map.of("work.folder", "/work", "socket.folder", "/s"));
        all.putAll(properties);
        return GoPluginSettings.parse(DeclaredSettings.of(GoPluginConfiguration.class, GoPluginSettings.PID, all));
    }

    @Test
    void withoutSettingsThereIsNoFolderAndEveryDefaultIsSafe() {
        assertThat(parse(Map.of()))
                .isEqualTo(new GoPluginSettings(
                        List.of(),
                        Map.of(),
                        Map.of(),
                        List.of("configmanager-plugin-hello", "hello"),
                        true,
                        OutputMode.DEBUG,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        Path.of("/work"),
                        Path.of("/s")));
    }

    @Test
    void goodValuesAreRead() {
        assertThat(parse(Map.ofEntries(
                        Map.entry("roots", "/opt/plugins, /srv/./more"),
                        Map.entry("sha256", "VAULT " + DIGITS.toUpperCase(Locale.ROOT) + ", AWSSECRETS  none"),
                        Map.entry("environment", "VAULT VAULT_*, VAULT HOME, AWSSECRETS AWS_REGION"),
                        Map.entry("cookies", "hello"),
                        Map.entry("auto.mtls", "off"),
                        Map.entry("output", "levels"),
                        Map.entry("start.timeout.ms", "1"),
                        Map.entry("call.timeout.ms", 2),
                        Map.entry("scan.seconds", "3"))))
                .isEqualTo(new GoPluginSettings(
                        List.of(Path.of("/opt/plugins"), Path.of("/srv/more")),
                        Map.of("VAULT", new Checksum(DIGITS), "AWSSECRETS", new Checksum("none")),
                        Map.of(
                                "VAULT", new EnvironmentRules(List.of("VAULT_*", "HOME")),
                                "AWSSECRETS", new EnvironmentRules(List.of("AWS_REGION"))),
                        List.of("hello"),
                        false,
                        OutputMode.LEVELS,
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofSeconds(3),
                        Path.of("/work"),
                        Path.of("/s")));
    }

    @Test
    void theFoldersOfConfigmanagerCountAfterTheOthers() {
        assertThat(parse(Map.of("roots", "/opt/plugins", "configmanager.layout", "on"))
                        .roots())
                .containsExactly(
                        Path.of("/opt/plugins"),
                        Path.of("").toAbsolutePath().resolve(".configmanager/plugins"),
                        Path.of(System.getProperty("user.home"), ".configmanager/plugins"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "roots; plugins; must be absolute paths",
                "sha256; VAULT; a prefix in capital letters",
                "sha256; vault none; a prefix in capital letters",
                "sha256; VAULT 1234; 64 hexadecimal digits",
                "sha256; VAULT none, VAULT  none; name each prefix once",
                "environment; VAULT; a prefix in capital letters",
                "environment; VAULT A=B; the name of a variable",
                "environment; VAULT *; the name of a variable",
                "cookies; ,; at least one value",
                "auto.mtls; perhaps; must be one of",
                "output; loud; must be one of debug, levels, off",
                "start.timeout.ms; 0; from 1 to 120000",
                "call.timeout.ms; 120001; from 1 to 120000",
                "scan.seconds; soon; from 1 to 86400",
                "work.folder; ''; must be a folder",
                "socket.folder; /a/path/that/is/longer/than/what/is/left/for/it/in/the/path/of/a/socket; at most 59 bytes",
            })
    void badValuesAreRefused(String property, String value, String remedy) {
        assertThatThrownBy(() -> parse(Map.of(property, value)))
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith("id.lum.goplugin: " + property + " = ")
                .hasMessageContaining(remedy);
    }

    @Test
    void everyBadValueIsNamedAtOnce() {
        assertThatThrownBy(() -> parse(Map.of("roots", "x", "sha256", "y", "scan.seconds", "z")))
                .message()
                .contains("roots = ", "sha256 = ", "scan.seconds = ");
    }

    @Test
    void aChecksumThatIsNoneAcceptsAnyContentAndAnotherOnlyItsOwn() {
        assertThat(new Checksum(Checksum.NONE).accepts(DIGITS)).isTrue();
        assertThat(new Checksum(DIGITS).accepts(DIGITS)).isTrue();
        assertThat(new Checksum(DIGITS).accepts("0".repeat(64))).isFalse();
    }
}
