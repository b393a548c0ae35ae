package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.tokenstore.internal.Substitution.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubstitutionTest {
    private static final Grammar GRAMMAR = Grammar.of(Set.of("VAULT"));
    private static final String BAD =
            "VAULT://none[r=hush] VAULT://json|b VAULT://text|c VAULT://none[r=hush] VAULT://void|e";
    private static final Map<String, String> KNOWN =
            Map.of("json", "{\"a\":\"hush\"}", "text", "hush", "void", "{\"e\":\"\"}");

    @Test
    void everyFailureIsCollectedOnceAndQuotesNeitherMetadataNorValue() {
        Substitution substitution = Substitution.of(BAD, GRAMMAR.references(BAD), SubstitutionTest::known);
        assertThat(substitution.failures())
                .extracting(Object::toString)
                .containsExactly(
                        "VAULT none [..]: there is no value",
                        "VAULT json key b: the value has no such key",
                        "VAULT text key c: the value is not JSON, or has a member twice, or is nested too deeply",
                        "VAULT void key e: the value is empty");
        assertThat(substitution.toString()).doesNotContain("hush");
    }

    @Test
    void referenceWithoutAValueStaysInTheTextAndIsNamed() {
        String text = BAD + " VAULT://json|a";
        Substitution substitution = Substitution.of(text, GRAMMAR.references(text), SubstitutionTest::known);
        assertThat(substitution.text()).contains(BAD + " hush");
        assertThat(substitution.failures()).extracting(Failure::reference).hasSize(4);
        assertThat(substitution.toString()).doesNotContain(" hush");
    }

    @Test
    void anEmptyValueIsNoValue() {
        assertThat(Substitution.of("VAULT://p", GRAMMAR.references("VAULT://p"), any -> Optional.of(""))
                        .failures())
                .hasSize(1);
    }

    @Test
    void aTextWithoutReferencesStaysAsItIs() {
        assertThat(Substitution.of("plain", List.of(), SubstitutionTest::known).text())
                .contains("plain");
    }

    @Test
    void aTextGrowsOnlySoFar() {
        String large = "x".repeat(1 << 20);
        String four = "VAULT://p ".repeat(4).strip();
        String joined = "VAULT://p".repeat(4);
        assertThat(Substitution.of(joined, references(joined), any -> Optional.of(large))
                        .text())
                .isPresent();
        Substitution tooLong = Substitution.of(four, references(four), any -> Optional.of(large));
        assertThat(tooLong.text()).isEmpty();
        assertThat(tooLong.failures())
                .extracting(Failure::sentence)
                .containsExactly("with all values the text would be longer than 4194304 characters");
    }

    @Test
    void aValueIsSearchedOnceForManyEqualReferences() {
        String text = "VAULT://json|a ".repeat(10_000);
        List<SecretLocator> asked = new ArrayList<>();
        Substitution substitution = Substitution.of(text, references(text), locator -> {
            asked.add(locator);
            return known(locator);
        });
        assertThat(substitution.text()).contains("hush ".repeat(10_000));
        assertThat(asked).hasSize(1);
    }

    private static List<Reference> references(String text) {
        return GRAMMAR.references(text);
    }

    private static Optional<String> known(SecretLocator locator) {
        return Optional.ofNullable(KNOWN.get(locator.path()));
    }
}
