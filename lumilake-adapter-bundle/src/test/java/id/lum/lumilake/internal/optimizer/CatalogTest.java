package id.lum.lumilake.internal.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogTest {
    @Test
    void namesKeepTheirOrderAndOfTwoSpellingsTheFirstListedStays() {
        Catalog catalog = new Catalog(new LinkedHashSet<>(List.of("halo", "Greedy", "GREEDY", "auto", "Halo")));
        assertThat(catalog.names()).containsExactly("halo", "Greedy", "auto");
        assertThat(catalog.offers("hALO")).isTrue();
        assertThat(catalog.listed()).isEqualTo("halo, Greedy, auto");
    }
}
