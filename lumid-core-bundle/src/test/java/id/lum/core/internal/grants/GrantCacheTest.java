package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.grants.GrantLevel;
import id.lum.testing.Await;
import id.lum.testing.Background;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Single levels and sets of ids over a database that is a map. */
class GrantCacheTest {
    private static final GrantedIds.Key BOBS = new GrantedIds.Key("workflow", "bob");

    private final GrantCache cache = new GrantCache(1000);
    private final Map<String, GrantLevel> stored = new HashMap<>();
    private final List<String> loads = new ArrayList<>();

    private static GrantKey key(String id) {
        return new GrantKey("workflow", id, "bob");
    }

    private Optional<GrantLevel> level(String id) {
        return cache.level(key(id), key -> {
            loads.add("level of " + id);
            return Optional.ofNullable(stored.get(id));
        });
    }

    private GrantedIds readAll(GrantedIds.Key key) {
        loads.add("all");
        Set<String> writable = new HashSet<>(stored.keySet());
        writable.removeIf(id -> stored.get(id) == READ);
        return GrantedIds.of(new HashSet<>(stored.keySet()), writable);
    }

    private Map<String, Optional<GrantLevel>> readSome(GrantedIds.Key key, Set<String> ids) {
        loads.add("some: " + String.join(" ", ids));
        Map<String, Optional<GrantLevel>> levels = new HashMap<>();
        ids.forEach(id -> levels.put(id, Optional.ofNullable(stored.get(id))));
        return levels;
    }

    private GrantedIds ids() {
        return cache.ids(BOBS, this::readAll, this::readSome);
    }

    private void commit(String id, GrantLevel level) {
        cache.changing(key(id));
        stored.put(id, level);
        cache.transactionEnded();
    }

    private void assertIds(Map<String, GrantLevel> expected) {
        GrantedIds ids = ids();
        assertThat(ids.atLeast(READ)).isEqualTo(expected.keySet());
        assertThat(ids.atLeast(WRITE))
                .isEqualTo(Set.copyOf(expected.keySet().stream()
                        .filter(id -> expected.get(id) == WRITE)
                        .toList()));
    }

    @BeforeEach
    void storeOne() {
        stored.put("k", READ);
    }

    @Test
    void anAnswerIsLoadedOnce() {
        assertThat(level("k")).contains(READ);
        assertThat(level("k")).contains(READ);
        assertThat(level("none")).isEmpty();
        assertThat(level("none")).isEmpty();
        assertIds(stored);
        assertIds(stored);
        assertThat(loads).containsExactly("level of k", "level of none", "all");
    }

    @Test
    void afterACommitTheLevelIsLoadedAgainAndOfASetTheChangedIdAlone() {
        level("k");
        ids();
        loads.clear();
        commit("k", WRITE);
        commit("new", READ);
        assertThat(level("k")).contains(WRITE);
        assertThat(level("k")).contains(WRITE);
        assertIds(stored);
        assertIds(stored);
        cache.changing(key("k"));
        stored.remove("k");
        cache.transactionEnded();
        assertIds(Map.of("new", READ));
        assertThat(level("k")).isEmpty();
        assertThat(loads).filteredOn(load -> load.startsWith("some")).hasSize(2);
        assertThat(loads).doesNotContain("all");
    }

    @Test
    void aLevelThatWasReadBeforeACommitAndComesAfterItIsNeverServed() throws Exception {
        CountDownLatch hasRead = new CountDownLatch(1);
        CountDownLatch mayStore = new CountDownLatch(1);
        var slow = Background.start(() -> cache.level(key("k"), key -> {
            hasRead.countDown();
            Await.latch(mayStore);
            return Optional.of(READ);
        }));
        Await.latch(hasRead);
        commit("k", WRITE);
        mayStore.countDown();
        assertThat(Await.result(slow)).contains(READ);
        assertThat(level("k")).contains(WRITE);
    }

    @Test
    void aSetThatWasReadBeforeACommitIsCompletedAfterIt() throws Exception {
        CountDownLatch hasRead = new CountDownLatch(1);
        CountDownLatch mayStore = new CountDownLatch(1);
        GrantedIds before = readAll(BOBS);
        var slow = Background.start(() -> cache.ids(
                BOBS,
                key -> {
                    hasRead.countDown();
                    Await.latch(mayStore);
                    return before;
                },
                this::readSome));
        Await.latch(hasRead);
        commit("new", WRITE);
        mayStore.countDown();
        assertThat(Await.result(slow).readable()).containsExactly("k");
        loads.clear();
        assertIds(stored);
        assertThat(loads).containsExactly("some: new");
    }

    @Test
    void whileACommitIsUnderWayItsGrantsAreAnsweredByTheDatabase() {
        level("k");
        ids();
        cache.changing(key("k"));
        assertThat(level("k")).contains(READ);
        assertIds(stored);
        stored.put("k", WRITE);
        assertThat(level("k")).contains(WRITE);
        assertIds(stored);
        cache.transactionEnded();
        assertThat(level("k")).contains(WRITE);
        assertIds(stored);
        loads.clear();
        assertThat(level("k")).contains(WRITE);
        assertIds(stored);
        assertThat(loads).isEmpty();
    }

    @Test
    void anIdThatChangesWhileChangedIdsAreReadIsReadToo() {
        ids();
        commit("a", WRITE);
        List<String> late = new ArrayList<>(List.of("b"));
        GrantedIds ids = cache.ids(BOBS, this::readAll, (key, changed) -> {
            Map<String, Optional<GrantLevel>> levels = readSome(key, changed);
            while (!late.isEmpty()) {
                commit(late.remove(0), READ);
            }
            return levels;
        });
        assertThat(ids.readable()).containsExactlyInAnyOrder("k", "a", "b");
    }

    @Test
    void aSetWithVeryManyChangesIsReadAnew() {
        ids();
        loads.clear();
        IntStream.range(0, 100).forEach(i -> commit("new-" + i, WRITE));
        assertIds(stored);
        assertThat(loads).containsExactly("all");
    }

    @Test
    void aCommitLeavesOtherGrantsAndOtherSetsInMemory() {
        IntStream.range(0, 500).forEach(i -> level("key-" + i));
        ids();
        loads.clear();
        cache.changing(new GrantKey("workflow", "key-0", "eve"));
        cache.changing(new GrantKey("task", "key-0", "bob"));
        cache.transactionEnded();
        IntStream.range(0, 500).forEach(i -> level("key-" + i));
        ids();
        assertThat(loads).isEmpty();
    }

    @Test
    void aSetOfAsManyIdsAsTheBoundAllowsGrantsIsKeptAndOneOfThreeTimesAsManyIsNot() {
        stored.clear();
        IntStream.range(0, 1000).forEach(i -> stored.put("0192f0c1-8f5e-7cc3-98c4-dc0c0c07398f-" + i, WRITE));
        ids();
        assertThat(cache.idSetsHeld()).isEqualTo(1);
        cache.clear();
        IntStream.range(0, 3000).forEach(i -> stored.put("0192f0c1-8f5e-7cc3-98c4-dc0c0c07398f-" + i, WRITE));
        assertIds(stored);
        assertThat(cache.idSetsHeld()).isZero();
    }
}
