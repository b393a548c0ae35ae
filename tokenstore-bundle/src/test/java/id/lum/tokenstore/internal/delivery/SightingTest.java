package id.lum.tokenstore.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.tokenstore.internal.grammar.Address;
import id.lum.tokenstore.internal.grammar.Grammar;
import id.lum.tokenstore.internal.rules.AllowList;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SightingTest {
    private static final Address A = new Address("VAULT", "a", "");
    private static final Address B = new Address("VAULT", "b", "");
    private static final Set<Set<Address>> ONE = Set.of(Set.of(A));
    private static final Set<Set<Address>> TOGETHER = Set.of(Set.of(A, B));
    private static final Terms TERMS = new Terms(AllowList.NONE, Grammar.of(Set.of("VAULT")), false);
    private static final Terms OTHERS = new Terms(AllowList.NONE, Grammar.of(Set.of("VAULT", "FILE")), false);
    private static final HeldValues V1 = HeldValues.NONE.with(A, "first");
    private static final HeldValues V2 = V1.with(A, "second");

    @Test
    void isOutdatedOnceAnotherValueIsAtHand() {
        assertThat(Sighting.delivered(TERMS, ONE, V1).isOutdated(V1)).isFalse();
        assertThat(Sighting.delivered(TERMS, ONE, V1).isOutdated(V1.with(A, "first")))
                .isFalse();
        assertThat(Sighting.delivered(TERMS, ONE, V1).isOutdated(V2)).isTrue();
        assertThat(Sighting.delivered(TERMS, ONE, V1).isOutdated(HeldValues.NONE))
                .isTrue();
        assertThat(Sighting.delivered(TERMS, ONE, HeldValues.NONE).isOutdated(HeldValues.NONE))
                .isFalse();
    }

    @Test
    void halfOfWhatIsResolvedTogetherMakesNoDifference() {
        assertThat(Sighting.delivered(TERMS, TOGETHER, HeldValues.NONE).isOutdated(V1))
                .isFalse();
        assertThat(Sighting.delivered(TERMS, TOGETHER, HeldValues.NONE).isOutdated(V1.with(B, "b")))
                .isTrue();
    }

    @Test
    void consumerThatComesLaterAndGetsMoreLeavesTheOthersBehind() {
        Sighting first = Sighting.delivered(TERMS, ONE, V1);
        assertThat(Sighting.delivered(TERMS, ONE, V1).after(first).isOutdated(V1))
                .isFalse();
        Sighting mixed = Sighting.delivered(TERMS, ONE, V2).after(first);
        assertThat(mixed.isOutdated(V2)).isTrue();
        assertThat(Sighting.delivered(TERMS, ONE, V2).after(mixed).isOutdated(V2))
                .isTrue();
        assertThat(mixed.settled(V2).isOutdated(V2)).isFalse();
        assertThat(Sighting.delivered(TERMS, ONE, V2).after(mixed.settled(V2)).isOutdated(V2))
                .isFalse();
    }

    @Test
    void editIsToldByConfigAdminAndAChangeOfTermsIsNot() {
        Sighting first = Sighting.delivered(TERMS, ONE, V1);
        assertThat(Sighting.delivered(TERMS, Set.of(), V1).after(first).isOutdated(V1))
                .isFalse();
        assertThat(Sighting.delivered(OTHERS, Set.of(), V1).after(first).isOutdated(V1))
                .isTrue();
        assertThat(Sighting.delivered(OTHERS, Set.of(), V1)
                        .after(Sighting.delivered(TERMS, ONE, HeldValues.NONE))
                        .isOutdated(V1))
                .isFalse();
    }

    @Test
    void lookChangesNothingUnlessTheReferencesAreOthers() {
        Sighting first = Sighting.delivered(TERMS, ONE, V1);
        assertThat(Sighting.probed(OTHERS, ONE).probedAfter(first).isOutdated(V1))
                .isFalse();
        assertThat(Sighting.probed(OTHERS, Set.of()).probedAfter(first).isOutdated(V1))
                .isTrue();
        assertThat(Sighting.probed(TERMS, ONE).isOutdated(V1)).isTrue();
        assertThat(Sighting.probed(TERMS, ONE).isOutdated(HeldValues.NONE)).isFalse();
    }

    @Test
    void noneOfItShowsAValue() {
        assertThat(V2).asString().doesNotContain("second");
        assertThat(Sighting.delivered(TERMS, ONE, V2)).asString().doesNotContain("second");
    }
}
