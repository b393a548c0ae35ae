package id.lum.support.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static Settings with(Object value) {
        return Settings.of("id.lum.test", Map.of("p", value));
    }

    static List<Arguments> words() {
        return List.of(
                Arguments.of("a, b ,a,, c", List.of("a", "b", "c")),
                Arguments.of("", List.of()),
                Arguments.of(" , ", List.of()),
                Arguments.of(new String[] {"a", "b,c"}, List.of("a", "b", "c")),
                Arguments.of(List.of("a", " b "), List.of("a", "b")),
                Arguments.of(new int[] {1, 2}, List.of("1", "2")),
                Arguments.of(7, List.of("7")));
    }

    @ParameterizedTest
    @MethodSource("words")
    void wordsComeFromTextArraysAndCollectionsAlike(Object value, List<String> words) {
        assertThat(with(value).list("p")).isEqualTo(words);
    }

    @Test
    void aMissingAndAnEmptyValueAreAbsent() {
        assertThat(with(" ").text("p")).isEmpty();
        assertThat(with(" ").text("q")).isEmpty();
        assertThat(with("").has("p")).isTrue();
        assertThat(with("").has("q")).isFalse();
    }

    @Test
    void severalValuesWhereOneIsMeantAreRefusedNotCutShort() {
        assertThatThrownBy(() -> with(new String[] {"a", "b"}).text("p"))
                .hasMessage("id.lum.test: p = \"a, b\" is refused: it must be one value, not several.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$[env:X]", "a$[b", "VAULT://x", "see FILE://y", "S3://b", "aB://c", "1S3://b"})
    void anUnresolvedValueIsRefused(String value) {
        assertThatThrownBy(() -> with(value).text("p")).hasMessageContaining("not resolved");
        assertThatThrownBy(() -> with(value).list("p")).hasMessageContaining("not resolved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://lum.id", "a://b", "1://b", "Ab://c", "A9:/b", "price $5", "[x]"})
    void anOrdinaryValueIsNotTakenForAReference(String value) {
        assertThat(with(value).text("p")).contains(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "101", "1.5", "ten", "99999999999999999999", "1 0"})
    void aNumberThatIsNoneOrOutOfBoundsIsRefusedWithTheBounds(String value) {
        assertThatThrownBy(() -> with(value).number("p", 5, 0, 100, "seconds"))
                .hasMessage("id.lum.test: p = \"" + value
                        + "\" is refused: it must be a whole number of seconds from 0 to 100.");
    }

    @Test
    void aNumberMayBeTextOrNumberOrAbsent() {
        assertThat(with("7").number("p", 5, 0, 100, "seconds")).isEqualTo(7);
        assertThat(with(7L).number("p", 5, 0, 100, "seconds")).isEqualTo(7);
        assertThat(with("").number("p", 5, 0, 100, "seconds")).isEqualTo(5);
    }

    @Test
    void aChoiceIsTakenInAnyCaseAndAnotherWordIsRefused() {
        assertThat(with("OPEN").choice("p", "closed", Set.of("open", "closed"))).isEqualTo("open");
        assertThatThrownBy(() -> with("ajar").choice("p", "closed", Set.of("open", "closed")))
                .hasMessage("id.lum.test: p = \"ajar\" is refused: it must be one of closed, open.");
    }

    @Test
    void aPathIsAbsoluteAndABadOneIsRefused() {
        assertThat(with("a/../b").path("p")).contains(Path.of("b").toAbsolutePath());
        // Half a surrogate pair, which has no form in any file system.
        assertThatThrownBy(() -> with("a\ud800b").path("p")).hasMessageContaining("must be the path of a file");
    }

    @Test
    void aSecretIsNamedButNotShown() {
        Settings settings = Settings.of("id.lum.test", Map.of(".secret", "canary $[x]"));
        assertThatThrownBy(() -> settings.text(".secret"))
                .isInstanceOf(SettingRefused.class)
                .hasMessageContaining(".secret")
                .hasMessageNotContaining("canary");
    }

    @Test
    void theOwnPidIsNamedRatherThanTheFactorys() {
        Settings settings = Settings.of("id.lum.test", Map.of("service.pid", "id.lum.test~one", "p", "x"));
        assertThat(settings.refused("p", "must be y")).hasMessageStartingWith("id.lum.test~one: p");
    }

    @Test
    void aMisspeltPropertyIsFoundAndTheFrameworksAreNot() {
        Settings settings = Settings.of(
                "id.lum.test",
                Map.of(
                        "p",
                        "",
                        ".scret",
                        "",
                        "reqiured",
                        "",
                        "service.pid",
                        "x",
                        "component.id",
                        1,
                        "felix.fileinstall.filename",
                        "f"));
        assertThat(settings.warnings(Set.of("required", "p")))
                .containsExactly("x: nobody reads .scret, reqiured; known are p, required.");
        assertThat(settings.warnings(Set.of("reqiured", ".scret", "p"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ufeff", "\u00ef\u00bb\u00bf"})
    void byteOrderMarkInFrontOfTheFirstNameIsLeftOutWithAWarning(String mark) {
        Settings settings = Settings.of("id.lum.test", Map.of(mark + "base.url", "http://localhost", "q", "r"));

        assertThat(settings.text("base.url")).contains("http://localhost");
        assertThat(settings.has("base.url")).isTrue();
        assertThat(settings.warnings(Set.of("base.url", "q")))
                .containsExactly(
                        "id.lum.test: the first line begins with a byte order mark, which is ignored; save the file "
                                + "without one.");
        assertThatThrownBy(() -> settings.number("base.url", 0, 0, 1, "bits"))
                .hasMessageStartingWith("id.lum.test: base.url = \"http://localhost\" is refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ufeff#", "\ufeff!", "\ufeff", "\u00ef\u00bb\u00bf#", "\u00ef\u00bb\u00bf"})
    void byteOrderMarkInFrontOfACommentOrAloneIsNoProperty(String name) {
        Settings settings = Settings.of("id.lum.test", Map.of(name, "The lum.id core", "q", "r"));

        assertThat(settings.warnings(Set.of("q"))).singleElement().asString().contains("byte order mark");
    }

    @Test
    void nameWrittenAgainWithoutTheByteOrderMarkCounts() {
        Settings settings = Settings.of("id.lum.test", Map.of("\ufeffp", "first", "p", "second"));

        assertThat(settings.text("p")).contains("second");
    }

    @Test
    void secretBehindAByteOrderMarkIsNotShown() {
        Settings settings = Settings.of("id.lum.test", Map.of("\ufeff.secret", "$[env:X]"));

        assertThatThrownBy(() -> settings.text(".secret"))
                .hasMessage(
                        "id.lum.test: .secret is refused: it holds a placeholder or reference that was not resolved.");
    }

    /** A file as editors save it that mean UTF-16 by Unicode, read by a container. */
    private static Map<String, Object> utf16(Charset charset, String mark, String lines) {
        Properties file = new Properties();
        try {
            file.load(new ByteArrayInputStream((mark + lines).getBytes(charset)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        Map<String, Object> properties = new HashMap<>();
        file.forEach((name, value) -> properties.put((String) name, value));
        properties.put("service.pid", "id.lum.test");
        properties.put("felix.fileinstall.filename", "file:/etc/id.lum.test.cfg");
        return properties;
    }

    static List<Arguments> filesSavedAsUtf16() {
        String lines = "# the lum.id core\nbase.url = http://localhost\n.secret=canary\n";
        return Stream.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)
                .flatMap(charset -> Stream.of("\ufeff", "")
                        .flatMap(mark -> Stream.of(lines, "p=1\n", "p=\n", "\u4e00=\u4e01\np=1")
                                .map(file -> utf16(charset, mark, file))))
                .map(Arguments::of)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("filesSavedAsUtf16")
    void fileSavedAsUtf16IsRefusedWhateverIsReadOfIt(Map<String, Object> properties) {
        Settings settings =
                Settings.of("id.lum.test", properties).withDefault("acl.db.path", Optional.of(Path.of("/d/x")));
        String sentence =
                "id.lum.test of the file /etc/id.lum.test.cfg is refused as a whole: it begins with a byte order "
                        + "mark of UTF-16 or holds a NUL character, as a file does that was saved as UTF-16. Save it as "
                        + "UTF-8 or ISO-8859-1.";

        assertThatThrownBy(() -> settings.text("missing"))
                .isInstanceOf(SettingRefused.class)
                .hasMessage(sentence);
        assertThatThrownBy(() -> settings.list("p")).hasMessage(sentence);
        assertThatThrownBy(() -> settings.number("p", 5, 0, 100, "seconds")).hasMessage(sentence);
        assertThatThrownBy(() -> settings.choice("p", "a", Set.of("a"))).hasMessage(sentence);
        assertThatThrownBy(() -> settings.path("acl.db.path")).hasMessage(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00ff\u00fe", "\u00fe\u00ff"})
    void fileThatBeginsWithAMarkOfUtf16IsRefusedThoughNothingElseShowsIt(String mark) {
        Settings settings = Settings.of("id.lum.test", Map.of(mark + "p", "x", "q", "r"));

        assertThatThrownBy(() -> settings.text("q")).hasMessageStartingWith("id.lum.test is refused as a whole");
    }

    static List<Arguments> valuesWithANul() {
        return List.of(
                Arguments.of("a\u0000b"),
                Arguments.of("\u0000"),
                Arguments.of((Object) new String[] {"a", "b\u0000"}),
                Arguments.of(List.of("a", "\u0000b")));
    }

    @ParameterizedTest
    @MethodSource("valuesWithANul")
    void configurationWithANulInAValueIsRefused(Object value) {
        Settings settings = Settings.of("id.lum.test", Map.of("p", value, "q", "r"));

        assertThatThrownBy(() -> settings.text("q")).hasMessageStartingWith("id.lum.test is refused as a whole");
    }

    @Test
    void nameOrValueWithTheLettersOfAMarkOfUtf16ElsewhereIsAccepted() {
        Settings settings = Settings.of("id.lum.test", Map.of("p\u00ff\u00fe", "a", "q", "\u00ff\u00fe"));

        assertThat(settings.text("q")).contains("\u00ff\u00fe");
    }

    @Test
    void missingPropertyHasItsDefaultAndAnEmptyOneHasNone() {
        Settings missing = Settings.of("id.lum.test", Map.of()).withDefault("db.path", Optional.of(Path.of("/d/x")));
        Settings empty =
                Settings.of("id.lum.test", Map.of("db.path", "")).withDefault("db.path", Optional.of(Path.of("/d/x")));
        Settings given = Settings.of("id.lum.test", Map.of("db.path", "/y"))
                .withDefault("db.path", Optional.of(Path.of("/d/x")));
        Settings nowhere = Settings.of("id.lum.test", Map.of()).withDefault("db.path", Optional.empty());

        assertThat(missing.path("db.path")).contains(Path.of("/d/x"));
        assertThat(empty.path("db.path")).isEmpty();
        assertThat(given.path("db.path")).contains(Path.of("/y"));
        assertThat(nowhere.has("db.path")).isFalse();
    }
}
