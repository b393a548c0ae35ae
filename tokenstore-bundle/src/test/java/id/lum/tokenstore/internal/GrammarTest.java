package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarTest {
    private static final Grammar GRAMMAR = Grammars.usual("VAULT", "KV", "AZKV");

    /** Slices of the text where references stand, each as prefix, path, key in braces and metadata in brackets. */
    static Stream<Arguments> texts() {
        return Stream.of(
                arguments("", List.of()),
                arguments("plain", List.of()),
                arguments("VAULT://p", List.of("VAULT p")),
                arguments("VAULT://p|k", List.of("VAULT p{k}")),
                arguments("VAULT://p|k[m=1]", List.of("VAULT p{k}[m=1]")),
                arguments("VAULT://p[m=1]", List.of("VAULT p[m=1]")),
                arguments("VAULT:///x", List.of("VAULT /x")),
                arguments("VAULT://m\u00fcll", List.of("VAULT m\u00fcll")),
                arguments("xVAULT://p", List.of("VAULT p")),
                arguments("0VAULT://p", List.of("VAULT p")),
                arguments("VAULTVAULT://p", List.of("VAULT p")),
                arguments("AZKV://p", List.of("AZKV p")),
                arguments("ZKV://p", List.of("KV p")),
                arguments("XAZKV://p", List.of("AZKV p")),
                arguments("vault://p Vault://p", List.of()),
                arguments("VAULT:/p VAULT: //p", List.of()),
                arguments("VAULT://a/b c", List.of("VAULT a/b")),
                arguments("VAULT://a@b", List.of("VAULT a")),
                arguments("VAULT://a?b", List.of("VAULT a")),
                arguments("VAULT://a/?b", List.of("VAULT a")),
                arguments("VAULT://a/b/?", List.of("VAULT a/b")),
                arguments("VAULT://a/", List.of("VAULT a/")),
                arguments("VAULT://a:b", List.of("VAULT a")),
                arguments("VAULT://a\"b", List.of("VAULT a")),
                arguments("VAULT://a'b", List.of("VAULT a")),
                arguments("VAULT://a\nb", List.of("VAULT a")),
                arguments("VAULT://a\tb", List.of("VAULT a")),
                arguments("VAULT://a\r\nb", List.of("VAULT a")),
                arguments("VAULT://p|a@b", List.of("VAULT p{a}")),
                arguments("VAULT://p|a/?b", List.of("VAULT p{a}")),
                arguments("VAULT://p|a:b", List.of("VAULT p{a}")),
                arguments("VAULT://p|a\tb", List.of("VAULT p{a}")),
                arguments("VAULT://p|a|b", List.of("VAULT p{a|b}")),
                arguments("VAULT://a,;)}]>&=#%", List.of("VAULT a,;)}]>&=#%")),
                arguments("VAULT://a\\b", List.of("VAULT a\\b")),
                arguments("VAULT://a\\\"b", List.of("VAULT a")),
                arguments("VAULT://a\\'b", List.of("VAULT a")),
                arguments("VAULT://a\\\\\\\"b", List.of("VAULT a")),
                arguments("VAULT://p|k\\\"b", List.of("VAULT p{k}")),
                arguments("VAULT://a\0b VAULT://c", List.of("VAULT a")),
                arguments("\0VAULT://a", List.of()),
                arguments("VAULT://aVAULT://b", List.of("VAULT a", "VAULT b")),
                arguments("VAULT://xAZKV://b", List.of("VAULT x", "AZKV b")),
                arguments("VAULT://p|aVAULT://p|n", List.of("VAULT p{a}", "VAULT p{n}")),
                arguments("VAULT://x/a VAULT://x/ab", List.of("VAULT x/a", "VAULT x/ab")),
                arguments("VAULT://p[r=arn:x:y]", List.of("VAULT p[r=arn:x:y]")),
                arguments("VAULT://p[a=1][b=2]", List.of("VAULT p[a=1]")),
                arguments("VAULT://p[a=1]VAULT://q", List.of("VAULT p[a=1]", "VAULT q")),
                arguments("FOO://p VAULTX://p UNKNOWN://p", List.of()));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void referencesStandWhereTheyAreFound(String text, List<String> expected) {
        List<Reference> references = GRAMMAR.references(text);
        assertThat(references).extracting(GrammarTest::spell).isEqualTo(expected);
        assertThat(references)
                .allSatisfy(reference -> assertThat(text.substring(reference.start(), reference.end()))
                        .startsWith(reference.locator().prefix() + "://"
                                + reference.locator().path()));
    }

    static Stream<Arguments> otherSeparators() {
        return Stream.of(
                arguments("VAULT#/p|a", "#", "|", List.of("VAULT /p{a}")),
                arguments("VAULT#/p|a", "://", "|", List.of()),
                arguments("VAULT://p|a", "#", "|", List.of()),
                arguments("VAULT://p@a", "://", "@", List.of("VAULT p{a}")),
                arguments("VAULT://p@a@b", "://", "@", List.of("VAULT p{a}")),
                arguments("VAULT://p:a:VAULT://q:b", "://", ":", List.of("VAULT p{a}", "VAULT q{b}")),
                arguments("VAULT://p|a", "://", "@", List.of("VAULT p|a")),
                arguments("VAULT://m/p/?q", "://", "/", List.of("VAULT m{p}")),
                arguments("VAULT://m/?q", "://", "/", List.of("VAULT m")),
                arguments("VAULT://p?a[v=1]", "://", "?", List.of("VAULT p{a}[v=1]")),
                arguments("VAULT::p::VAULT::q", "::", "|", List.of("VAULT p", "VAULT q")));
    }

    @ParameterizedTest
    @MethodSource("otherSeparators")
    void separatorsAreWhatTheCallerSets(String text, String separator, String keySeparator, List<String> expected) {
        Grammar grammar = new Grammar(Set.of("VAULT"), separator, keySeparator);
        assertThat(grammar.references(text)).extracting(GrammarTest::spell).isEqualTo(expected);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("VAULT://", "the path is empty"),
                arguments("VAULT:// p", "the path is empty"),
                arguments("VAULT://VAULT://p", "the path is empty"),
                arguments("VAULT://|a", "the path is empty"),
                arguments("VAULT://[v=1]", "the path is empty"),
                arguments("VAULT://p|", "the key is empty"),
                arguments("VAULT://p| a", "the key is empty"),
                arguments("VAULT://p|[v=1]", "the key is empty"),
                arguments("VAULT://p[]", "the metadata is empty"),
                arguments("VAULT://p[v=1]|a", "the key stands after the metadata"),
                arguments("VAULT://p|a[v=1]|b", "the key stands after the metadata"),
                arguments("VAULT://\uD800", "it is not well-formed Unicode"),
                arguments("VAULT://p[\uDC00]", "it is not well-formed Unicode"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatCannotBeReadIsRefusedInASentence(String text, String expected) {
        assertThat(fault(GRAMMAR, text)).startsWith("at character 1, " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VAULT://p[v",
                "VAULT://p[r=hush b]",
                "VAULT://p[r=hush@b]",
                "VAULT://p[r=hush?b]",
                "VAULT://p[r=hush\"b]",
                "VAULT://p[r=hush'b]",
                "VAULT://p[r=hush\nb]",
                "VAULT://p[r=hush\tb]",
                "VAULT://p[r=hush\rb]",
                "VAULT://p[r=hush\0b]",
                "VAULT://p[r=[hush]]",
                "VAULT://p[r=hushVAULT://q]"
            })
    void metadataThatIsNotClosedIsRefusedWithoutBeingQuoted(String text) {
        assertThat(fault(GRAMMAR, text))
                .isEqualTo("at character 1, the metadata is not closed before a character that cannot stand in it");
    }

    @Test
    void everyFaultIsNamedWithItsPlaceAndNothingOfTheText() {
        assertThat(fault(GRAMMAR, "a VAULT://\nVAULT://ok b VAULT://hush[]\n\n VAULT://hush|"))
                .isEqualTo("at character 3, the path is empty; at character 25, the metadata is empty;"
                        + " at character 42, the key is empty");
    }

    @Test
    void ofVeryManyFaultsOnlyTheFirstAreNamed() {
        assertThat(fault(GRAMMAR, "VAULT:// ".repeat(1000)).split("; ")).hasSize(32);
    }

    @Test
    void pathAndMetadataAreNotPrinted() {
        Reference reference = GRAMMAR.references("VAULT://p|k[role=hush]").get(0);
        assertThat(reference.locator()).hasToString("VAULT (path 148de9c5)");
        assertThat(reference.toString()).contains("VAULT (path 148de9c5)").doesNotContain("hush");
    }

    @Test
    void upToTheLimitsATextIsReadAndBeyondItIsRefused() {
        assertLimit("the path is longer", size -> "VAULT://" + "p".repeat(size), Grammar.MAX_PATH_LENGTH);
        assertLimit("the key is longer", size -> "VAULT://p|" + "k".repeat(size), Grammar.MAX_KEY_LENGTH);
        assertLimit(
                "the metadata is longer", size -> "VAULT://p[" + "m".repeat(size) + "]", Grammar.MAX_METADATA_LENGTH);
        assertLimit(
                "a text with references is longer",
                size -> "VAULT://p" + " ".repeat(size - "VAULT://p".length()),
                Grammar.MAX_TEXT_LENGTH);
        assertLimit(
                "the text holds more than 256 different references",
                size -> IntStream.range(0, size)
                        .mapToObj(i -> "VAULT://" + i + " VAULT://" + i)
                        .collect(Collectors.joining(" ")),
                Grammar.MAX_REFERENCES);
    }

    @Test
    void aTextWithoutReferencesMayBeAsLongAsItLikes() {
        assertThat(GRAMMAR.references("https://x ".repeat(Grammar.MAX_TEXT_LENGTH / 2)))
                .isEmpty();
    }

    @Test
    void withoutPrefixesThereAreNoReferences() {
        assertThat(Grammars.usual().references("VAULT://p ://p")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vault", "1V", "V-", "V V", "V\n", "\u00dcV"})
    void aPrefixThatNoReferenceCanHaveIsRefused(String prefix) {
        assertThat(Grammar.isPrefix(prefix)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grammars.usual(prefix))
                .withMessageStartingWith("the prefix '")
                .withMessageEndingWith("' is not a capital letter followed by at most 63 capital letters and digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", ":A", "1", " ", ":\n", "\0", "[", "]:", "://://://://://://"})
    void aSeparatorThatCannotSeparateIsRefused(String separator) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Grammar(Set.of("V"), separator, "|"))
                .withMessageStartingWith("the separator '");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "##", "a", "A", "1", " ", "\n", "\0", "[", "]", "\"", "'", "\\", "\u00a7"})
    void aKeySeparatorThatCannotSeparateIsRefused(String keySeparator) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Grammar(Set.of("V"), "://", keySeparator))
                .withMessageStartingWith("the key separator '");
    }

    private static void assertLimit(String sentence, IntFunction<String> text, int limit) {
        assertThat(GRAMMAR.references(text.apply(limit))).isNotEmpty();
        assertThat(fault(GRAMMAR, text.apply(limit + 1))).contains(", " + sentence);
    }

    private static String fault(Grammar grammar, String text) {
        return Optional.ofNullable(catchThrowableOfType(MalformedReference.class, () -> grammar.references(text)))
                .orElseThrow()
                .getMessage();
    }

    private static String spell(Reference reference) {
        SecretLocator locator = reference.locator();
        return locator.prefix()
                + " "
                + locator.path()
                + reference.key().map(key -> "{" + key + "}").orElse("")
                + (locator.metadata().isEmpty() ? "" : "[" + locator.metadata() + "]");
    }
}
