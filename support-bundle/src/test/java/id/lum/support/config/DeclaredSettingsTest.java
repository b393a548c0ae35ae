package id.lum.support.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclaredSettingsTest {
    @interface Declared {
        String name() default "acme";

        String client_id();

        String _client_secret();

        @Whole(min = 0, max = 100, unit = "seconds")
        String cache_seconds() default "60";

        @OneOf({"open", "closed"})
        String access() default "closed";

        @OneOf({"on", "off", "true", "false"})
        String lax() default "off";

        String kinds() default "identity, permission";

        String hosts();

        String db_path();

        @Url
        String base_url();
    }

    @interface More {
        String extra() default "more";
    }

    interface Both extends Declared, More {}

    private static DeclaredSettings<Declared> settings(Map<String, ?> properties) {
        return DeclaredSettings.of(Declared.class, "id.lum.test", properties);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            host            | host
            cache_seconds   | cache.seconds
            _client_secret  | .client.secret
            a__b            | a_b
            a___b           | a_.b
            myProperty143   | myProperty143
            $new            | new
            my$$prop        | my$prop
            _$secret        | .secret
            six$_$prop      | six-prop
            seven$$_$prop   | seven$.prop
            """)
    void propertyHasTheNameThatOsgiGivesIt(String method, String property) {
        assertThat(Declaration.propertyName(method)).isEqualTo(property);
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "empty"})
    void missingAndEmptyPropertiesHaveTheDeclaredDefaults(String how) {
        DeclaredSettings<Declared> settings = settings(
                how.equals("missing")
                        ? Map.of()
                        : Map.of("name", "", "client.id", " ", "cache.seconds", "", "access", "", "lax", " "));
        assertThat(settings.text(Declared::name)).contains("acme");
        assertThat(settings.text(Declared::client_id)).isEmpty();
        assertThat(settings.number(Declared::cache_seconds)).isEqualTo(60);
        assertThat(settings.choice(Declared::access)).isEqualTo("closed");
        assertThat(settings.isOn(Declared::lax)).isFalse();
        assertThat(settings.path(Declared::db_path)).isEmpty();
        assertThatCode(settings::throwIfRefused).doesNotThrowAnyException();
    }

    @Test
    void emptyListIsNotTheDefaultOne() {
        assertThat(settings(Map.of()).list(Declared::kinds)).containsExactly("identity", "permission");
        assertThat(settings(Map.of("kinds", "")).list(Declared::kinds)).isEmpty();
        assertThat(settings(Map.of()).list(Declared::hosts)).isEmpty();
        assertThat(settings(Map.of("hosts", new String[] {"a, b", "c"})).list(Declared::hosts))
                .containsExactly("a", "b", "c");
    }

    @Test
    void valuesAreReadByTheMethodThatDeclaresThem() {
        DeclaredSettings<Declared> settings = settings(Map.of(
                "name", " own ",
                ".client.secret", "s3cret",
                "cache.seconds", 7,
                "access", "OPEN",
                "lax", true,
                "db.path", "a/../b"));
        assertThat(settings.text(Declared::name)).contains("own");
        assertThat(settings.text(Declared::_client_secret)).contains("s3cret");
        assertThat(settings.number(Declared::cache_seconds)).isEqualTo(7);
        assertThat(settings.choice(Declared::access)).isEqualTo("open");
        assertThat(settings.isOn(Declared::lax)).isTrue();
        assertThat(settings.path(Declared::db_path)).contains(Path.of("b").toAbsolutePath());
        assertThat(settings.has(Declared::db_path)).isTrue();
        assertThat(settings.has(Declared::hosts)).isFalse();
    }

    @Test
    void everyBadValueIsNamedAtOnceAndReadsAsItsDefault() {
        DeclaredSettings<Declared> settings = settings(Map.of(
                "name", "$[env:NAME]",
                ".client.secret", "FILE://canary",
                "cache.seconds", "101",
                "access", "ajar",
                "db.path", "$[b]",
                "hosts", "fine"));
        assertThat(settings.text(Declared::name)).contains("acme");
        assertThat(settings.text(Declared::_client_secret)).isEmpty();
        assertThat(settings.number(Declared::cache_seconds)).isEqualTo(60);
        assertThat(settings.choice(Declared::access)).isEqualTo("closed");
        assertThat(settings.path(Declared::db_path)).isEmpty();
        assertThat(settings.list(Declared::hosts)).containsExactly("fine");
        assertThat(settings.isRefused(Declared::access)).isTrue();
        assertThat(settings.isRefused(Declared::hosts)).isFalse();
        assertThatThrownBy(settings::throwIfRefused)
                .isInstanceOf(SettingRefused.class)
                .hasMessage("id.lum.test: .client.secret is refused: it holds a placeholder or reference that was not"
                        + " resolved. id.lum.test: access = \"ajar\" is refused: it must be one of closed, open."
                        + " id.lum.test: cache.seconds = \"101\" is refused: it must be a whole number of seconds from"
                        + " 0 to 100. id.lum.test: db.path = \"$[b]\" is refused: it holds a placeholder or"
                        + " reference that was not resolved. id.lum.test: name = \"$[env:NAME]\" is refused: it holds a placeholder or reference that"
                        + " was not resolved.");
    }

    @Test
    void firstRefusalOfASettingCounts() {
        DeclaredSettings<Declared> settings = settings(Map.of("client.id", "$[env:ID]", "hosts", "x"));
        settings.text(Declared::client_id);
        settings.refuse(Declared::client_id, "must be set");
        settings.refuse(Declared::hosts, "must be y");
        assertThatThrownBy(settings::throwIfRefused)
                .hasMessage("id.lum.test: client.id = \"$[env:ID]\" is refused: it holds a placeholder or reference"
                        + " that was not resolved. id.lum.test: hosts = \"x\" is refused: it must be y.");
    }

    @Test
    void toleratedRefusalIsNamedOnlyBesideAnother() {
        DeclaredSettings<Declared> settings = settings(Map.of("client.id", "$[env:ID]", "access", "ajar"));
        settings.text(Declared::client_id);
        assertThat(settings.tolerate(List.of(Declared::client_id, Declared::hosts)))
                .hasValueSatisfying(refused -> assertThat(refused).hasMessageContaining("client.id"));
        assertThatCode(settings::throwIfRefused).doesNotThrowAnyException();
        settings.choice(Declared::access);
        assertThatThrownBy(settings::throwIfRefused)
                .hasMessageContainingAll("client.id = \"$[env:ID]\"", "access = \"ajar\"");
        assertThat(settings.tolerate(List.of(Declared::hosts))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://u:canary@h", "https://h?canary", "https://h#canary", "FILE://x?canary"})
    void urlWithAPrivatePartIsNotShown(String url) {
        DeclaredSettings<Declared> settings = settings(Map.of("base.url", url));
        settings.text(Declared::base_url);
        settings.refuse(Declared::base_url, "must be another");
        assertThatThrownBy(settings::throwIfRefused)
                .hasMessageStartingWith("id.lum.test: base.url = \"(not shown)\" is refused: it must ")
                .hasMessageNotContaining("canary");
    }

    @Test
    void defaultThatIsKnownAtRunTimeCountsForAMissingPropertyOnly() {
        Optional<Path> file = Optional.of(Path.of("/d/x"));
        assertThat(settings(Map.of()).withDefault(Declared::db_path, file).path(Declared::db_path))
                .isEqualTo(file);
        assertThat(settings(Map.of("db.path", ""))
                        .withDefault(Declared::db_path, file)
                        .path(Declared::db_path))
                .isEmpty();
    }

    @Test
    void interfaceUnitesSeveralDeclarations() {
        DeclaredSettings<Both> settings = DeclaredSettings.of(Both.class, "id.lum.test", Map.of("nmae", "x"));
        assertThat(settings.text(Declared::name)).contains("acme");
        assertThat(settings.text(More::extra)).contains("more");
        assertThat(settings.warnings())
                .containsExactly("id.lum.test: nobody reads nmae; known are .client.secret, access, base.url,"
                        + " cache.seconds, client.id, db.path, extra, hosts, kinds, lax, name.");
    }

    @Test
    void settingWithoutTheCheckThatItIsReadByIsAMistakeOfTheProgram() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(Map.of()).choice(Declared::name))
                .withMessage("The declaration of name lacks @OneOf.");
    }

    @Test
    void plainNamesAreReadAndOthersRefused() {
        DeclaredSettings<Declared> settings = settings(Map.of("name", "acme-1", "hosts", "a, b c"));
        assertThat(settings.name(Declared::name)).contains("acme-1");
        assertThat(settings.names(Declared::hosts)).isEmpty();
        assertThatThrownBy(settings::throwIfRefused)
                .hasMessageStartingWith("id.lum.test: hosts = \"a, b c\" is refused: it must be a plain name");
    }

    @Test
    void configurationThatWasSavedAsUtf16IsRefusedInOneSentence() {
        DeclaredSettings<Declared> settings = settings(Map.of("\u00ff\u00fen\0a\0m\0e\0", "x"));
        settings.text(Declared::name);
        settings.number(Declared::cache_seconds);
        settings.list(Declared::kinds);
        assertThat(settings.isRefused(Declared::kinds)).isTrue();
        assertThatThrownBy(settings::throwIfRefused)
                .message()
                .startsWith("id.lum.test is refused as a whole")
                .containsOnlyOnce("is refused");
    }
}
