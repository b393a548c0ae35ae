package id.lum.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AccessibleIdsTest {
    private static final AccessibleIds ALL = AccessibleIds.all();

    private static AccessibleIds only(String... ids) {
        return AccessibleIds.only(Set.of(ids));
    }

    static List<Arguments> intersections() {
        return List.of(
                Arguments.of(ALL, ALL, ALL),
                Arguments.of(ALL, only(), only()),
                Arguments.of(ALL, only("a"), only("a")),
                Arguments.of(only(), only("a"), only()),
                Arguments.of(only("a", "b"), only("b", "c"), only("b")),
                Arguments.of(only("a"), only("b"), only()),
                Arguments.of(only("a", "b"), only("a", "b"), only("a", "b")));
    }

    @ParameterizedTest
    @MethodSource("intersections")
    void intersectionIsWhatBothAllow(AccessibleIds one, AccessibleIds other, AccessibleIds both) {
        assertThat(one.intersect(other)).isEqualTo(both);
        assertThat(other.intersect(one)).isEqualTo(both);
    }

    @Test
    void nothingIsNotEverything() {
        assertThat(only()).isNotEqualTo(ALL);
        assertThat(only().contains("a")).isFalse();
        assertThat(only().isAll()).isFalse();
        assertThat(only().ids()).contains(Set.of());
        assertThat(ALL.contains("a")).isTrue();
        assertThat(ALL.ids()).isEmpty();
    }

    @Test
    void onlyCopiesAndOnSnapshotDoesNot() {
        Set<String> mine = new HashSet<>(Set.of("a"));
        AccessibleIds copied = AccessibleIds.only(mine);
        AccessibleIds standing = AccessibleIds.onSnapshot(mine);
        mine.add("b");
        assertThat(copied.contains("b")).isFalse();
        assertThat(standing.contains("b")).isTrue();
        assertThatThrownBy(() -> standing.ids().orElseThrow().add("c"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void idsOfEqualHashAreFoundWithoutAWalk() {
        Set<String> ids = new HashSet<>();
        for (int number = 0; number < 1 << 15; number++) {
            StringBuilder id = new StringBuilder();
            for (int bit = 0; bit < 15; bit++) {
                id.append((number >> bit & 1) == 0 ? "Aa" : "BB");
            }
            ids.add(id.toString());
        }
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        AccessibleIds accessible = AccessibleIds.only(ids);
        assertThat(ids).allMatch(accessible::contains);
        Duration took = Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
        // Twice half a billion comparisons otherwise.
        assertThat(took).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aMillionIdsPrintAsANumber() {
        assertThat(only("a", "b")).hasToString("2 ids");
        assertThat(ALL).hasToString("every id");
    }
}
