package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class SubstitutionTest {
    private static final Grammar GRAMMAR = Grammars.usual("VAULT");
    private static final String BAD =
            "VAULT://none[r=hush] VAULT://json|b VAULT://text|c VAULT://none[r=hush] VAULT://void|e VAULT://json|b";
    private static final Map<SecretLocator, String> KNOWN =
            Map.of(locator("json"), "{\"a\":\"hush\"}", locator("text"), "hush", locator("void"), "{\"e\":\"\"}");

    @Test
    void everyKeyThatSecretsAtHandDoNotHaveIsNamedOnceWithoutMetadataAndValue() {
        Substitution substitution = substitute(BAD, KNOWN);
        assertThat(substitution.failures())
                .containsExactly(
                        "the value has no such key",
                        "the value is not one JSON document, or has a member twice, or is nested too deeply",
                        "the value is empty");
        assertThat(substitution.toString()).doesNotContain("hush");
    }

    @Test
    void referenceWithoutAValueStaysInTheText() {
        Substitution substitution = substitute(BAD + " VAULT://json|a", KNOWN);
        assertThat(substitution.text()).isEqualTo(BAD + " hush");
        assertThat(substitution.toString()).doesNotContain(" hush");
    }

    @Test
    void aTextWithoutReferencesStaysAsItIs() {
        assertThat(substitute("plain", KNOWN).text()).isEqualTo("plain");
    }

    @Test
    void aTextGrowsOnlySoFar() {
        Map<SecretLocator, String> large = Map.of(locator("p"), "x".repeat(1 << 20));
        assertThat(substitute("VAULT://p".repeat(4), large).text()).hasSize(4 << 20);
        String four = "VAULT://p ".repeat(4).strip();
        assertThat(substitute(four, large).text()).isEqualTo(four);
        assertThat(substitute(four, large).failures())
                .containsExactly("with all values the text would be longer than 4194304 characters");
    }

    /** Read for each of them the value would take minutes. */
    @Test
    void aValueIsSearchedOnceForManyEqualReferences() {
        String value = "{\"a\":\"hush\",\"b\":[" + "1,".repeat(400_000) + "1]}";
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThat(substitute("VAULT://json|a ".repeat(10_000), Map.of(locator("json"), value))
                                .text())
                        .isEqualTo("hush ".repeat(10_000)));
    }

    private static SecretLocator locator(String path) {
        return new SecretLocator("VAULT", path, "");
    }

    private static Substitution substitute(String text, Map<SecretLocator, String> secrets) {
        List<Reference> references = GRAMMAR.references(text);
        return Substitution.of(text, references, secrets);
    }
}
