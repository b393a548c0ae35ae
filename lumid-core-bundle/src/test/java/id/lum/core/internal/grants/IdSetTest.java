package id.lum.core.internal.grants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IdSetTest {
    static Stream<ToLongFunction<String>> hashes() {
        // A good one; few values; one value; values that differ in the highest bits alone.
        return Stream.of(GrantDigest::ofId, id -> id.hashCode() % 5, id -> 0, id -> (long) id.hashCode() << 58);
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void aRandomSequenceOfChangesGivesWhatAHashSetHolds(ToLongFunction<String> hash) {
        Random random = new Random(7);
        IdSet set = IdSet.empty(hash);
        Set<String> model = new HashSet<>();
        for (int step = 0; step < 3000; step++) {
            String id = "id-" + random.nextInt(300);
            IdSet before = set;
            Set<String> modelBefore = Set.copyOf(model);
            if (random.nextInt(5) < 3) {
                set = set.with(id);
                model.add(id);
            } else {
                set = set.without(id);
                model.remove(id);
            }
            assertThat(set.contains(id)).isEqualTo(model.contains(id));
            assertThat(set.size()).isEqualTo(model.size());
            assertThat(set.characters())
                    .isEqualTo(model.stream().mapToInt(String::length).sum());
            if (step % 50 == 0) {
                assertThat(set).isEqualTo(model);
                assertThat(new TreeSet<>(set)).isEqualTo(new TreeSet<>(model));
                assertThat(before).as("a set never changes").isEqualTo(modelBefore);
            }
        }
        for (String id : model) {
            set = set.without(id);
        }
        assertThat(set).isEmpty();
        assertThat(set.iterator().hasNext()).isFalse();
    }

    @Test
    void whatChangesNothingGivesTheSameSet() {
        IdSet set = IdSet.EMPTY.with("a");
        assertThat(set.with(new String("a"))).isSameAs(set);
        assertThat(set.without("b")).isSameAs(set);
        assertThat(set.contains(7)).isFalse();
    }

    @Test
    void theIdsEnd() {
        Iterator<String> ids = IdSet.EMPTY.with("a").iterator();
        assertThat(ids.next()).isEqualTo("a");
        assertThatThrownBy(ids::next).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(ids::remove).isInstanceOf(UnsupportedOperationException.class);
    }
}
