package id.lum.core.internal.grants;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import id.lum.testing.Background;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VersionedCacheTest {
    private final VersionedCache<String, String> cache = new VersionedCache<>(100, (key, value) -> 1);
    private final AtomicInteger loads = new AtomicInteger();

    private String get(String key, String stored) {
        return cache.get(key, one -> {
            loads.incrementAndGet();
            return stored;
        });
    }

    private void commit(String key) {
        cache.changing(key);
        cache.transactionEnded();
    }

    @Test
    void anAnswerIsLoadedOnce() {
        assertThat(get("k", "old")).isEqualTo("old");
        assertThat(get("k", "unused")).isEqualTo("old");
        assertThat(loads).hasValue(1);
    }

    @Test
    void afterACommitTheAnswerIsLoadedAgain() {
        get("k", "old");
        commit("k");
        assertThat(get("k", "new")).isEqualTo("new");
        assertThat(get("k", "unused")).isEqualTo("new");
    }

    @Test
    void aLoadThatReadBeforeACommitAndStoresAfterItIsNeverServed() throws Exception {
        CountDownLatch hasRead = new CountDownLatch(1);
        CountDownLatch mayStore = new CountDownLatch(1);
        var slow = Background.start(() -> cache.get("k", key -> {
            hasRead.countDown();
            Await.latch(mayStore);
            return "old";
        }));
        Await.latch(hasRead);
        commit("k");
        // The commit did not have to wait for the load, and this answer is the one that the late store overwrites.
        assertThat(get("k", "new")).isEqualTo("new");
        mayStore.countDown();
        assertThat(Await.result(slow)).isEqualTo("old");
        assertThat(get("k", "new")).isEqualTo("new");
    }

    @Test
    void theSameHoldsForACommitOfEverything() throws Exception {
        CountDownLatch hasRead = new CountDownLatch(1);
        CountDownLatch mayStore = new CountDownLatch(1);
        var slow = Background.start(() -> cache.get("k", key -> {
            hasRead.countDown();
            Await.latch(mayStore);
            return "old";
        }));
        Await.latch(hasRead);
        cache.changingAll();
        cache.transactionEnded();
        mayStore.countDown();
        Await.result(slow);
        assertThat(get("k", "new")).isEqualTo("new");
    }

    @Test
    void whileACommitIsUnderWayNothingIsServedFromMemoryNorKept() {
        get("k", "old");
        cache.changing("k");
        assertThat(get("k", "old, seen before the commit")).isEqualTo("old, seen before the commit");
        assertThat(get("k", "new, seen after it")).isEqualTo("new, seen after it");
        cache.transactionEnded();
        assertThat(get("k", "new")).isEqualTo("new");
    }

    @Test
    void aKeyChangedTwiceInOneTransactionIsServedFromMemoryAgainAfterIt() {
        cache.changing("k");
        cache.changing("k");
        cache.changingAll();
        cache.transactionEnded();
        get("k", "new");
        assertThat(get("k", "unused")).isEqualTo("new");
    }

    @Test
    void aWriteOfOneKeyLeavesAlmostAllOthersInMemory() {
        for (int i = 0; i < 50; i++) {
            get("key-" + i, "value");
        }
        loads.set(0);
        commit("key-0");
        for (int i = 0; i < 50; i++) {
            get("key-" + i, "value");
        }
        assertThat(loads.get()).isBetween(1, 10);
    }

    @Test
    void theBoundHoldsAtOnce() {
        for (int i = 0; i < 1000; i++) {
            get("key-" + i, "value");
        }
        assertThat(cache.size()).isLessThanOrEqualTo(100);
    }

    @Test
    void anAnswerHeavierThanTheBoundIsGivenButNotKept() {
        VersionedCache<String, String> weighed = new VersionedCache<>(100, (key, value) -> value.length());
        assertThat(weighed.get("k", key -> "x".repeat(101))).hasSize(101);
        assertThat(weighed.size()).isZero();
    }

    @Test
    void aBoundOfNothingKeepsNothing() {
        VersionedCache<String, String> none = new VersionedCache<>(0, (key, value) -> 1);
        assertThat(none.get("k", key -> "a")).isEqualTo("a");
        assertThat(none.get("k", key -> "b")).isEqualTo("b");
    }
}
