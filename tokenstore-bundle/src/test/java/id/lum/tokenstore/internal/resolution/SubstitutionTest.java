package id.lum.tokenstore.internal.resolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import id.lum.tokenstore.internal.grammar.Address;
import id.lum.tokenstore.internal.grammar.Grammar;
import id.lum.tokenstore.internal.grammar.Reference;
import id.lum.tokenstore.internal.resolution.Substitution.Failure;
import id.lum.tokenstore.internal.resolution.Substitution.Resolved;
import id.lum.tokenstore.internal.resolution.Substitution.Unresolved;
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
        assertThat(failures(substitution))
                .extracting(Object::toString)
                .containsExactly(
                        "VAULT none [..]: there is no value",
                        "VAULT json key b: the value has no such key",
                        "VAULT text key c: the value is not JSON, or has a member twice, or is nested too deeply",
                        "VAULT void key e: the value is empty");
        assertThat(substitution.toString()).doesNotContain("hush");
    }

    @Test
    void whatMayStayInTheTextStaysAndIsNamed() {
        String text = BAD + " VAULT://json|a";
        Substitution substitution = Substitution.lax(text, GRAMMAR.references(text), SubstitutionTest::known);
        assertThat(substitution).asInstanceOf(type(Resolved.class)).satisfies(resolved -> {
            assertThat(resolved.text()).isEqualTo(BAD + " hush");
            assertThat(resolved.left()).extracting(Failure::reference).hasSize(4);
        });
        assertThat(substitution.toString()).doesNotContain("hush");
    }

    @Test
    void anEmptyValueIsNoValue() {
        assertThat(Substitution.of("VAULT://p", GRAMMAR.references("VAULT://p"), any -> Optional.of("")))
                .isInstanceOf(Unresolved.class);
    }

    @Test
    void aTextWithoutReferencesStaysAsItIs() {
        assertThat(Substitution.of("plain", List.of(), SubstitutionTest::known))
                .isEqualTo(new Resolved("plain", List.of()));
    }

    @Test
    void aTextGrowsOnlySoFar() {
        String large = "x".repeat(1 << 20);
        String four = "VAULT://p ".repeat(4).strip();
        String joined = "VAULT://p".repeat(4);
        assertThat(Substitution.of(joined, references(joined), any -> Optional.of(large)))
                .isInstanceOf(Resolved.class);
        for (Substitution substitution : List.of(
                Substitution.of(four, references(four), any -> Optional.of(large)),
                Substitution.lax(four, references(four), any -> Optional.of(large)))) {
            assertThat(failures(substitution))
                    .extracting(Failure::sentence)
                    .containsExactly("with all values the text would be longer than 4194304 characters");
        }
    }

    @Test
    void aValueIsSearchedOnceForManyEqualReferences() {
        String text = "VAULT://json|a ".repeat(10_000);
        List<Address> asked = new ArrayList<>();
        assertThat(Substitution.of(text, references(text), address -> {
                    asked.add(address);
                    return known(address);
                }))
                .isEqualTo(new Resolved("hush ".repeat(10_000), List.of()));
        assertThat(asked).hasSize(1);
    }

    @Test
    void valuesAreNotPrinted() {
        Map<Address, Fetched> fetched = Map.of(
                new Address("VAULT", "p", ""),
                new Fetched.Value("hush"),
                new Address("VAULT", "q", ""),
                new Fetched.Failed(Optional.empty(), "no"));
        assertThat(fetched.toString()).doesNotContain("hush");
        Values values = Values.of(fetched);
        assertThat(values).hasToString("1 values");
        assertThat(values.at(new Address("VAULT", "p", ""))).contains("hush");
        assertThat(values.at(new Address("VAULT", "p", "v=1"))).isEmpty();
        assertThat(values.at(new Address("VAULT", "q", ""))).isEmpty();
    }

    private static List<Failure> failures(Substitution substitution) {
        assertThat(substitution).isInstanceOf(Unresolved.class);
        return ((Unresolved) substitution).failures();
    }

    private static List<Reference> references(String text) {
        return GRAMMAR.references(text);
    }

    private static Optional<String> known(Address address) {
        return Optional.ofNullable(KNOWN.get(address.path()));
    }
}
