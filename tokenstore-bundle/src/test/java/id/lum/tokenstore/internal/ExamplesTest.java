package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of texts, as a table: text, what the store knows, the outcome, and what it is asked for. */
class ExamplesTest {
    private static final String OBJECT = "{\"a2\":\"x\",\"list\":[1,2,3]}";
    private static final String ALL = "{\"a\":\"v1\",\"n\":12,\"f\":1.50,\"t\":true,\"z\":null,\"o\":" + OBJECT
            + ",\"arr\":[{\"u\":\"one\"},{\"u\":\"two\"}],\"dup\":{\"k\":1},\"other\":{\"k\":2},"
            + "\"esc\":\"q\\\"u\\u00e9\",\"x\":{\"y\":{\"deep\":\"d\"}}}";

    private static final String MALFORMED = "malformed: ";
    private static final String FAILED = "failed: ";
    private static final String MISSING = "there is no value";

    static Stream<Arguments> usual() {
        return Stream.of(
                of("VAULT://p|a", "v1", "p"),
                of("VAULT://p|n", "12", "p"),
                of("VAULT://p|f", "1.50", "p"),
                of("VAULT://p|t", "true", "p"),
                of("VAULT://p|z", "null", "p"),
                of("VAULT://p|o", OBJECT, "p"),
                of("VAULT://p|o.list", "[1,2,3]", "p"),
                of("VAULT://p|o.a2", "x", "p"),
                of("VAULT://p|deep", "d", "p"),
                of("VAULT://p|k", FAILED + "the value has the key in several places", "p"),
                of("VAULT://p|dup.k", "1", "p"),
                of("VAULT://p|nope", FAILED + "the value has no such key", "p"),
                of("VAULT://p|A", FAILED + "the value has no such key", "p"),
                of("VAULT://p|esc", "q\"u\u00e9", "p"),
                of("VAULT://p|o.list[0]", "[1,2,3]", "p[0]"),
                of("VAULT://a/b ", ALL + " ", "a/b"),
                of("VAULT://p", ALL, "p"),
                of("VAULT://a/b[version=3]", ALL, "a/b[version=3]"),
                of("VAULT://p|a[version=3]", "v1", "p[version=3]"),
                of("VAULT://p[version=3]|a", MALFORMED + "the key stands after the metadata"),
                of("VAULT://p[]", MALFORMED + "the metadata is empty"),
                of("VAULT://p[v", MALFORMED + "the metadata is not closed"),
                of("VAULT://p[r=a b]", MALFORMED + "the metadata is not closed"),
                of("VAULT://p[r=x:y]", ALL, "p[r=x:y]"),
                of("VAULT://p[a=1][b=2]", ALL + "[b=2]", "p[a=1]"),
                of("VAULTX://p", "VAULTX://p"),
                of("vault://p", "vault://p"),
                of("FOO://p", "FOO://p"),
                of("UNKNOWN://p", "UNKNOWN://p"),
                of("u=VAULT://p|a:VAULT://p|n@h/?q=1", "u=v1:12@h/?q=1", "p"),
                of("VAULT://p|aVAULT://p|n", "v112", "p"),
                of("'VAULT://p|a'\"VAULT://p|n\"", "'v1'\"12\"", "p"),
                of("VAULT://p|a,VAULT://p|n", FAILED + "the value has no such key", "p"),
                of("{VAULT://p|a}", FAILED + "the value has no such key", "p"),
                of("VAULT://p|a\tx", "v1\tx", "p"),
                of("VAULT://p|a\r\n", "v1\r\n", "p"),
                of("{\\\"k\\\":\\\"VAULT://x/y\\\"}", "{\\\"k\\\":\\\"" + ALL + "\\\"}", "x/y"),
                of("VAULT://x/a|a[version=1] VAULT://x/a|a ", "v1 v1 ", "x/a[version=1]", "x/a"),
                of("VAULT://x/a VAULT://x/a|a", ALL + " v1", "x/a"),
                of("VAULT://x/a|a VAULT://x/ab|n", "v1 12", "x/a", "x/ab"),
                of("xVAULT://a/b|a", "xv1", "a/b"),
                of("VAULT:///x|a", "v1", "/x"),
                of("VAULT://p|a\0VAULT://q", "v1\0VAULT://q", "p"),
                of("VAULT://p|", MALFORMED + "the key is empty"),
                of("VAULT:// VAULT://p", MALFORMED + "the path is empty"));
    }

    @ParameterizedTest
    @MethodSource("usual")
    void aTextBecomes(String text, String outcome, List<String> asked) {
        assertOutcome(Grammars.usual("VAULT"), Map.of(), false, text, outcome, asked);
    }

    static Stream<Arguments> otherSeparators() {
        return Stream.of(
                arguments("#", "|", "VAULT#/p|a", "v1", List.of("/p")),
                arguments("://", "|", "VAULT#/p|a", "VAULT#/p|a", List.of()),
                arguments("#", "|", "VAULT://p|a", "VAULT://p|a", List.of()),
                arguments("://", "@", "VAULT://p@a", "v1", List.of("p")),
                arguments("://", ":", "VAULT://p:a:VAULT://p:n", "v1:12", List.of("p")),
                arguments("://", "##", "VAULT://p##a", MALFORMED + "the key separator '##'", List.of()));
    }

    @ParameterizedTest
    @MethodSource("otherSeparators")
    void withOtherSeparatorsATextBecomes(
            String separator, String keySeparator, String text, String outcome, List<String> asked) {
        try {
            Grammar grammar = new Grammar(Set.of("VAULT"), separator, keySeparator);
            assertOutcome(grammar, Map.of(), false, text, outcome, asked);
        } catch (IllegalArgumentException refused) {
            assertThat(MALFORMED + refused.getMessage()).startsWith(outcome);
        }
    }

    static Stream<Arguments> stores() {
        String resolved = "VAULT://p|n v1 ";
        return Stream.of(
                arguments(
                        Map.of("p", "not json"),
                        false,
                        "VAULT://p|a",
                        FAILED + "the value is not one JSON document",
                        "p"),
                arguments(Map.of("p", "not json"), false, "VAULT://p", "not json", "p"),
                arguments(Map.of("p", "42"), false, "VAULT://p|a", FAILED + "the value has no such key", "p"),
                arguments(Map.of("tok/x", "VAULT://p|n"), false, "VAULT://tok/x VAULT://p|a ", resolved, "tok/x p"),
                arguments(Map.of("bad", ""), false, "VAULT://bad|a VAULT://p|a", FAILED + MISSING, "bad p"),
                arguments(Map.of("bad", ""), true, "VAULT://bad|a VAULT://p|a", "VAULT://bad|a v1", "bad p"),
                arguments(
                        Map.of("bad", ""),
                        true,
                        "VAULT://bad[r=1] VAULT://p|k",
                        "VAULT://bad[r=1] VAULT://p|k",
                        "bad[r=1] p"));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void withWhatTheStoreKnowsATextBecomes(
            Map<String, String> known, boolean lax, String text, String outcome, String asked) {
        assertOutcome(Grammars.usual("VAULT"), known, lax, text, outcome, Arrays.asList(asked.split(" ")));
    }

    private static Arguments of(String text, String outcome, String... asked) {
        return arguments(text, outcome, List.of(asked));
    }

    /** An empty text stands for no value; of whatever is not named the store knows the whole of the document. */
    private static void assertOutcome(
            Grammar grammar, Map<String, String> known, boolean lax, String text, String outcome, List<String> asked) {
        List<String> questions = new ArrayList<>();
        String result;
        try {
            List<Reference> references = grammar.references(text);
            Map<SecretLocator, String> values = references.stream()
                    .map(Reference::locator)
                    .distinct()
                    .peek(locator -> questions.add(spell(locator)))
                    .filter(locator -> !known.getOrDefault(locator.path(), ALL).isEmpty())
                    .collect(Collectors.toMap(locator -> locator, locator -> known.getOrDefault(locator.path(), ALL)));
            result = !lax && values.size() < questions.size()
                    ? FAILED + MISSING
                    : spell(lax, Substitution.of(text, references, values));
        } catch (MalformedReference refused) {
            result = MALFORMED + refused.getMessage().replaceFirst("^at character 1, ", "");
        }
        assertThat(questions).isEqualTo(asked);
        if (outcome.startsWith(MALFORMED) || outcome.startsWith(FAILED)) {
            assertThat(result).startsWith(outcome);
        } else {
            assertThat(result).isEqualTo(outcome);
        }
    }

    private static String spell(boolean lax, Substitution substitution) {
        return lax || substitution.failures().isEmpty()
                ? substitution.text()
                : FAILED + String.join("; ", substitution.failures());
    }

    private static String spell(SecretLocator locator) {
        assertThat(Optional.of(locator.prefix())).contains("VAULT");
        return locator.path() + (locator.metadata().isEmpty() ? "" : "[" + locator.metadata() + "]");
    }
}
