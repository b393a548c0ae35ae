package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.grants.GrantLevel;
import id.lum.testing.Await;
import id.lum.testing.Background;
import java.util.ArrayList;
import java.util.HashMap;
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
        return GrantedIds.NONE.with(levels(stored.keySet()));
    }

    private Map<String, Optional<GrantLevel>> readSome(GrantedIds.Key key, Set<String> ids) {
        loads.add("some: " + String.join(" ", ids));
        return levels(ids);
    }

    private Map<String, Optional<GrantLevel>> levels(Set<String> ids) {
        Map<String, Optional<GrantLevel>> levels = new HashMap<>();
        ids.forEach(id -> levels.put(id, Optional.ofNullable(stored.get(id))));
        return levels;
    }

    private GrantedIds ids() {
        return cache.ids(BOBS, this::readAll, this::readSome);
    }

    private void changing(String id, GrantLevel level) {
        cache.changing(key(id), Optional.of(level));
    }

    private void commit(String id, GrantLevel level) {
        changing(id, level);
        stored.put(id, level);
        commit();
    }

    private void commit() {
        cache.committed();
        cache.afterTransaction();
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
    void afterACommitTheLevelIsLoadedAgainAndTheChangeIsAppliedToTheSet() {
        level("k");
        ids();
        loads.clear();
        commit("k", WRITE);
        commit("new", READ);
        assertThat(level("k")).contains(WRITE);
        assertThat(level("k")).contains(WRITE);
        assertIds(stored);
        assertIds(stored);
        cache.changing(key("k"), Optional.empty());
        stored.remove("k");
        commit();
        assertIds(Map.of("new", READ));
        assertThat(level("k")).isEmpty();
        assertThat(loads).containsExactly("level of k", "level of k");
    }

    @Test
    void ofATransactionThatFailedOrWasNotCommittedAsItRanNothingIsApplied() {
        ids();
        changing("k", WRITE);
        changing("new", WRITE);
        cache.afterTransaction();
        assertIds(Map.of("k", READ));
        commit("later", WRITE);
        assertIds(Map.of("k", READ, "later", WRITE));
    }

    @Test
    void theLastOfSeveralChangesOfAnIdCounts() {
        ids();
        changing("k", WRITE);
        changing("new", WRITE);
        cache.changing(key("k"), Optional.empty());
        changing("new", READ);
        stored.remove("k");
        stored.put("new", READ);
        commit();
        loads.clear();
        assertIds(Map.of("new", READ));
        assertThat(loads).isEmpty();
    }

    @Test
    void aSetThatLeftMemoryWhileACommitWasUnderWayIsReadAnew() {
        ids();
        changing("k", WRITE);
        cache.clear();
        stored.put("k", WRITE);
        commit();
        assertIds(stored);
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
        assertThat(loads).isEmpty();
    }

    @Test
    void aSetThatIsReadWhileACommitIsUnderWayIsCompletedAfterIt() {
        changing("new", WRITE);
        assertIds(stored);
        stored.put("new", WRITE);
        commit();
        loads.clear();
        assertIds(stored);
        assertThat(loads).isEmpty();
    }

    @Test
    void aSetThatWasReadDuringATransactionOfUnknownEndIsNotKept() throws Exception {
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
        changing("k", WRITE);
        changing("new", WRITE);
        stored.put("new", WRITE);
        cache.afterTransaction();
        mayStore.countDown();
        Await.result(slow);
        assertIds(Map.of("k", READ, "new", WRITE));
    }

    @Test
    void whileACommitIsUnderWayItsGrantsAreAnsweredByTheDatabase() {
        level("k");
        ids();
        changing("k", WRITE);
        assertThat(level("k")).contains(READ);
        assertIds(stored);
        stored.put("k", WRITE);
        assertThat(level("k")).contains(WRITE);
        assertIds(stored);
        commit();
        assertThat(level("k")).contains(WRITE);
        assertIds(stored);
        loads.clear();
        assertThat(level("k")).contains(WRITE);
        assertIds(stored);
        assertThat(loads).isEmpty();
    }

    @Test
    void anIdThatChangesWhileChangedIdsAreReadIsInTheAnswer() {
        ids();
        changing("a", WRITE);
        stored.put("a", WRITE);
        GrantedIds ids = cache.ids(BOBS, this::readAll, (key, changed) -> {
            Map<String, Optional<GrantLevel>> levels = readSome(key, changed);
            commit();
            commit("b", READ);
            return levels;
        });
        assertThat(ids.readable()).containsExactlyInAnyOrder("k", "a", "b");
    }

    @Test
    void idsThatAreReadWhileASweepFollowsTheCommitAreOfOneMoment() {
        stored.put("a", READ);
        ids();
        changing("a", WRITE);
        GrantedIds ids = cache.ids(BOBS, this::readAll, (key, changed) -> {
            commit();
            stored.keySet().forEach(id -> cache.changing(key(id), Optional.empty()));
            stored.clear();
            Map<String, Optional<GrantLevel>> levels = readSome(key, changed);
            commit();
            return levels;
        });
        assertThat(ids.readable()).isEmpty();
    }

    @Test
    void idsThatAreReadWhileTheCommitTakesMoreAlongAreOfOneMoment() {
        stored.put("a", READ);
        ids();
        cache.changing(key("a"), Optional.empty());
        GrantedIds ids = cache.ids(BOBS, this::readAll, (key, changed) -> {
            cache.changing(key("k"), Optional.empty());
            stored.clear();
            return readSome(key, changed);
        });
        assertThat(ids.readable()).isEmpty();
    }

    @Test
    void aSetWithVeryManyChangesInOneTransactionIsReadAnew() {
        ids();
        loads.clear();
        IntStream.range(0, 1100).forEach(i -> changing("new-" + i, WRITE));
        assertIds(stored);
        IntStream.range(0, 1100).forEach(i -> stored.put("new-" + i, WRITE));
        assertIds(stored);
        commit();
        assertIds(stored);
        assertThat(loads).containsOnly("all");
    }

    @Test
    void aCommitLeavesOtherGrantsAndOtherSetsInMemory() {
        IntStream.range(0, 500).forEach(i -> level("key-" + i));
        ids();
        loads.clear();
        cache.changing(new GrantKey("workflow", "key-0", "eve"), Optional.of(WRITE));
        cache.changing(new GrantKey("task", "key-0", "bob"), Optional.of(WRITE));
        commit();
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
