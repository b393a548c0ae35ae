package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenStoreSettingsTest {
    private static final TokenStoreSettings DEFAULTS = new TokenStoreSettings(
            new AllowList(List.of()),
            Optional.empty(),
            Set.of(),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            false,
            "://",
            "|");

    private static TokenStoreSettings parse(Map<String, Object> properties) {
        return TokenStoreSettings.parse(
                DeclaredSettings.of(TokenStoreConfiguration.class, TokenStoreSettings.PID, properties));
    }

    static Stream<Arguments> good() {
        return Stream.of(
                arguments(Map.of(), DEFAULTS),
                arguments(
                        Map.of("allow", " ", "file.root", "", "env.names", " , ", "lax", "", "recheck.seconds", ""),
                        DEFAULTS),
                arguments(
                        Map.of(
                                "allow",
                                "id.lum.flowmesh FILE runmesh-*, id.lum.core ENV LUMID_*",
                                "file.root",
                                "/run/secrets/./x",
                                "env.names",
                                "LUMID_A, b_1",
                                "recheck.seconds",
                                "5",
                                "call.timeout.ms",
                                2500,
                                "lax",
                                "TRUE",
                                "separator",
                                "#",
                                "key.separator",
                                "@"),
                        new TokenStoreSettings(
                                AllowList.parse(List.of("id.lum.flowmesh FILE runmesh-*", "id.lum.core ENV LUMID_*"))
                                        .orElseThrow(),
                                Optional.of(Path.of("/run/secrets/x")),
                                Set.of("LUMID_A", "b_1"),
                                Duration.ofSeconds(5),
                                Duration.ofMillis(2500),
                                true,
                                "#",
                                "@")),
                arguments(
                        Map.of("allow", new String[] {"a FILE b", "c VAULT d"}),
                        new TokenStoreSettings(
                                AllowList.parse(List.of("a FILE b", "c VAULT d"))
                                        .orElseThrow(),
                                Optional.empty(),
                                Set.of(),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(10),
                                false,
                                "://",
                                "|")));
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodValuesAreRead(Map<String, Object> properties, TokenStoreSettings expected) {
        assertThat(parse(properties)).isEqualTo(expected);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("allow", "id.lum.flowmesh", "a PID, a prefix and a pattern of paths"),
                arguments("allow", "id.lum.flowmesh FILE", "a PID, a prefix and a pattern of paths"),
                arguments("allow", "a FILE b, id.lum.flowmesh file x", "a PID, a prefix and a pattern of paths"),
                arguments("allow", "id.lum.flowmesh FILE://x", "was not resolved"),
                arguments("allow", "id.lum.tokenstore ENV X", "must not name id.lum.tokenstore"),
                arguments("file.root", "ENV://ROOT", "was not resolved"),
                arguments("file.root", "/a\ud800", "must be the path of a file"),
                arguments("env.names", "LUMID_*", "without patterns"),
                arguments("env.names", "A=B", "without patterns"),
                arguments("recheck.seconds", "0", "from 1 to 86400"),
                arguments("recheck.seconds", "soon", "from 1 to 86400"),
                arguments("call.timeout.ms", "120001", "from 1 to 120000"),
                arguments("lax", "perhaps", "must be one of false, off, on, true"),
                arguments("separator", "a", "must be another"),
                arguments("key.separator", "##", "must be another"),
                arguments("key.separator", "[", "must be another"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusalNamesPidPropertyAndRemedy(String property, String value, String remedy) {
        assertThatThrownBy(() -> parse(Map.of(property, value)))
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith("id.lum.tokenstore: " + property + " = \"")
                .hasMessageContaining(" is refused: it ")
                .hasMessageContaining(remedy);
    }

    @Test
    void everyBadValueIsNamedAtOnce() {
        assertThatThrownBy(() -> parse(Map.of(
                        "allow", "nonsense",
                        "env.names", "LUMID_*",
                        "file.root", "ENV://ROOT",
                        "recheck.seconds", "0",
                        "lax", "perhaps",
                        "separator", "a",
                        "key.separator", "|")))
                .message()
                .matches(
                        "id.lum.tokenstore: allow = .*id.lum.tokenstore: env.names = .*id.lum.tokenstore: file.root = .*"
                                + "id.lum.tokenstore: lax = .*id.lum.tokenstore: recheck.seconds = .*"
                                + "id.lum.tokenstore: separator = .*")
                .doesNotContain("key.separator");
    }
}
