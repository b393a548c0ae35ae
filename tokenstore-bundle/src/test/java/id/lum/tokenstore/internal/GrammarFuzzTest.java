package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random texts of whatever has a meaning in a reference, and texts made to be slow. */
class GrammarFuzzTest {
    private static final int TEXTS = Integer.getInteger("lumid.fuzz", 20_000);

    /** Of a text of a million characters: linear work takes a fraction of a second, quadratic work hours. */
    private static final Duration BOUND = Duration.ofSeconds(30);

    private static final List<Grammar> GRAMMARS = Stream.of(
                    "://|", "#|", "://@", ":::", "://:", "://?", "://#", "://%", "?|", "\"|", "//", "\\|")
            .map(both -> new Grammar(
                    Set.of("VAULT", "KV", "AZKV", "A"),
                    both.substring(0, both.length() - 1),
                    both.substring(both.length() - 1)))
            .toList();

    private static final List<String> PIECES = List.of(
            "VAULT",
            "KV",
            "AZKV",
            "A",
            "AZ",
            "vault",
            "VAULT://",
            "KV#",
            "A:",
            "AZKV://",
            "://",
            "#",
            ":",
            "/",
            "/?",
            "?",
            "|",
            "@",
            "%",
            "[",
            "]",
            "[v=1]",
            "[]",
            "|k",
            "|a.b",
            "\\",
            "\\\"",
            "\"",
            "'",
            " ",
            "\n",
            "\r",
            "\t",
            "\0",
            ",",
            "}",
            "{",
            "x",
            "path/to",
            "\u00fc",
            "\uD83D\uDE00",
            "\uD83D",
            "\uDE00",
            "\u2028",
            "0",
            "$&",
            "$1");

    private final long seed = Long.getLong("lumid.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void anyTextIsReadInOneWay() {
        System.out.println("seed " + seed);
        int withReferences = 0;
        int malformed = 0;
        for (int i = 0; i < TEXTS; i++) {
            Grammar grammar = GRAMMARS.get(random.nextInt(GRAMMARS.size()));
            String text = text();
            try {
                List<Reference> references = grammar.references(text);
                withReferences += references.isEmpty() ? 0 : 1;
                check(grammar, text, references);
            } catch (MalformedReference refused) {
                malformed++;
                checkFaults(text, refused);
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError("seed " + seed + ", text " + i + " of " + grammar + ": " + text, failure);
            }
        }
        // Otherwise the texts are not what they should be.
        assertThat(withReferences).isGreaterThan(TEXTS / 50);
        assertThat(malformed).isGreaterThan(TEXTS / 50);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A",
                "VAULT://",
                "VAULT://p",
                "VAULT://p ",
                "VAULT://p[",
                "VAULT://p[a",
                "VAULT://p|a[v=1]",
                "\\",
                "\\\"",
                "VAULT://\\",
                "/",
                "/?",
                "[",
                "|",
                "://",
                "A://",
                "AZKV://[]",
                "\n",
                "\uD83D",
                "VAULT://\uD83D"
            })
    void aTextMadeToBeSlowIsNot(String unit) {
        List<String> heads = List.of("", "VAULT://", "VAULT://p|", "VAULT://p[", "VAULT://p\\");
        List<String> tails = List.of("", "VAULT://", "]", "\"");
        for (int i = 0; i < heads.size(); i++) {
            String head = heads.get(i);
            String tail = tails.get(i % tails.size());
            String text = head + unit.repeat((Grammar.MAX_TEXT_LENGTH - 16) / unit.length()) + tail;
            assertTimeoutPreemptively(BOUND, () -> read(text), head + unit + tail);
        }
    }

    private static void read(String text) {
        try {
            GRAMMARS.get(0).references(text);
        } catch (MalformedReference refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(24); length > 0; length--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    private static void check(Grammar grammar, String text, List<Reference> references) {
        int end = 0;
        StringBuilder expected = new StringBuilder();
        for (Reference reference : references) {
            assertThat(reference.start()).isGreaterThanOrEqualTo(end);
            assertThat(reference.end()).isGreaterThan(reference.start()).isLessThanOrEqualTo(text.length());
            expected.append(text, end, reference.start()).append("\u00bb$1 VAULT://p\\\u00ab");
            end = reference.end();
            String slice = text.substring(reference.start(), reference.end());
            assertThat(grammar.references(slice))
                    .containsExactly(new Reference(reference.locator(), reference.key(), 0, slice.length()));
            assertThat(slice)
                    .startsWith(reference.locator().prefix()
                            + grammar.separator()
                            + reference.locator().path());
            assertThat(reference.locator().path()).isNotEmpty();
            assertThat(reference.key()).isNotEqualTo(Optional.of(""));
        }
        expected.append(text.substring(end));
        List<Reference> whole = references.stream()
                .map(reference ->
                        new Reference(reference.locator(), Optional.empty(), reference.start(), reference.end()))
                .toList();
        Map<SecretLocator, String> secrets = references.stream()
                .map(Reference::locator)
                .distinct()
                .collect(Collectors.toMap(locator -> locator, locator -> "\u00bb$1 VAULT://p\\\u00ab"));
        Substitution filled = Substitution.of(text, whole, secrets);
        assertThat(filled.text()).isEqualTo(expected.toString());
        assertThat(filled.failures()).isEmpty();
        assertThat(Substitution.of(text, references, Map.of()).text()).isEqualTo(text);
    }

    private static void checkFaults(String text, MalformedReference refused) {
        for (String fault : refused.getMessage().split("; ")) {
            int place = Integer.parseInt(fault.replaceFirst("at character ([0-9]+), .*", "$1"));
            assertThat(text.substring(place - 1)).matches("(?s)[AKV].*");
            assertThat(fault).doesNotContain("\n").doesNotContain("v=1");
        }
    }
}
