package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.grants.GrantStoreSettings;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.testing.Await;
import id.lum.testing.Background;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one caller can take from all others by asking: memory, connections, time. */
class ExhaustionTest {
    private static final int BOUND = 10_000;

    @TempDir
    Path folder;

    @Test
    void longIdsThatNobodyHoldsCountByTheirCharacters() {
        GrantCache cache = new GrantCache(BOUND);
        String fill = "x".repeat(8000);
        for (int i = 0; i < BOUND; i++) {
            cache.level(new GrantKey("workflow", fill + i, "mallory"), key -> Optional.empty());
        }
        assertThat(cache.levelsHeld() * fill.length()).isLessThan(128L * BOUND);
        GrantCache usual = new GrantCache(BOUND);
        for (int i = 0; i < BOUND; i++) {
            usual.level(new GrantKey("workflow", "wf-" + i, "bob"), key -> Optional.empty());
        }
        assertThat(usual.levelsHeld()).isGreaterThan(BOUND / 2);
    }

    @Test
    void listsOfLongIdsCountByTheirCharacters() {
        GrantedIds ids = GrantedIds.NONE
                .with("x".repeat(8000), Optional.of(READ))
                .with("y".repeat(8000), Optional.of(READ))
                .with("z", Optional.of(READ));
        assertThat(ids.weight()).isEqualTo(2 * 8000 + 1 + 3 * 48);
        GrantCache cache = new GrantCache(100);
        cache.ids(new GrantedIds.Key("workflow", "bob"), key -> ids, (key, some) -> Map.of());
        assertThat(cache.idSetsHeld()).isZero();
    }

    /** All 2^17 of them have one hash. */
    private static String ofEqualHash(int number) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < 17; bit++) {
            text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return text.toString();
    }

    @Test
    void idsOfEqualHashTakeLittleLongerThanOthers() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        GrantCache cache = new GrantCache(100_000);
        long start = threads.getCurrentThreadCpuTime();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 20_000; i++) {
                cache.level(new GrantKey("workflow", ofEqualHash(i), "mallory"), key -> Optional.empty());
                cache.ids(
                        new GrantedIds.Key("workflow", ofEqualHash(i)),
                        key -> GrantedIds.NONE,
                        (key, some) -> Map.of());
            }
        }
        // A walk through all of them took longer by more than a hundred times.
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(cache.levelsHeld()).isEqualTo(20_000);
    }

    private static StoreLimits impatient() {
        return new StoreLimits(
                100, 2, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofSeconds(5));
    }

    @Test
    void singleDecisionsAreAnsweredWhileListsTakeAllConnectionsThatListsHave() throws Exception {
        Path path = folder.resolve("acl.sqlite");
        Stores.fillStale(path, 300_000);
        GrantStoreSettings settings = Stores.settings(path, JournalMode.WAL, impatient());
        try (SqliteGrantStore store = SqliteGrantStore.open(settings, Stores.clock())) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger lists = new AtomicInteger();
            List<CompletableFuture<Boolean>> listers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                listers.add(Background.start(() -> {
                    while (!stop.get()) {
                        try {
                            lists.addAndGet(store.ids("task", "p", READ).isEmpty() ? 0 : 1);
                        } catch (StoreUnavailable tooManyOfMine) {
                            assertThat(tooManyOfMine).hasMessageContaining("same principal");
                        }
                    }
                    return true;
                }));
            }
            // Each of these fails if it has to wait for a connection longer than impatient() says.
            int decisions = 0;
            while (decisions < 2000 || lists.get() < 3) {
                assertThat(store.level("task", "none-" + decisions, "light")).isEmpty();
                decisions++;
            }
            stop.set(true);
            for (CompletableFuture<Boolean> lister : listers) {
                assertThat(Await.result(lister)).isTrue();
            }
        }
    }

    @Test
    void listsOfOnePrincipalAreReadOneAtATimeAndThoseOfOthersDoNotWait() throws Exception {
        ListLimit limit = new ListLimit(Duration.ofMillis(50));
        GrantedIds.Key heavy = new GrantedIds.Key("task", "heavy");
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> first = Background.start(() -> limit.read(heavy, () -> {
            reading.countDown();
            Await.latch(release);
            return "read";
        }));
        Await.latch(reading);
        assertThat(limit.<String>read(new GrantedIds.Key("task", "light"), () -> "read"))
                .isEqualTo("read");
        assertThatThrownBy(() -> limit.read(heavy, () -> "read")).isInstanceOf(StoreUnavailable.class);
        release.countDown();
        assertThat(Await.result(first)).isEqualTo("read");
        assertThat(limit.<String>read(heavy, () -> "read")).isEqualTo("read");
    }
}
