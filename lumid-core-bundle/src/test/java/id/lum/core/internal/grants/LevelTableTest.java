package id.lum.core.internal.grants;

import static id.lum.core.internal.grants.LevelTable.ABSENT;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import id.lum.testing.Background;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LevelTableTest {
    private final Random random = new Random(20261130);

    private List<GrantDigest> digests(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new GrantDigest(random.nextLong(), random.nextLong()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 3000})
    void aRandomSequenceOfChangesGivesTheRightLevelOrNone(int bound) {
        LevelTable table = new LevelTable(bound);
        Map<GrantDigest, Integer> model = new HashMap<>();
        List<GrantDigest> some = digests(2 * bound);
        int found = 0;
        for (int step = 0; step < 30_000; step++) {
            GrantDigest digest = some.get(random.nextInt(some.size()));
            switch (random.nextInt(5)) {
                case 0 -> {
                    table.remove(digest);
                    model.remove(digest);
                }
                case 1, 2 -> {
                    int level = random.nextInt(3);
                    table.put(digest, level);
                    assertThat(table.find(digest)).isEqualTo(level);
                    model.put(digest, level);
                }
                default -> {
                    int level = table.find(digest);
                    assertThat(level).isIn(ABSENT, model.getOrDefault(digest, ABSENT));
                    found += level == ABSENT ? 0 : 1;
                }
            }
            assertThat(table.held()).isLessThanOrEqualTo(bound);
        }
        assertThat(found).isGreaterThan(1000);
        table.clear();
        assertThat(table.held()).isZero();
        assertThat(some).allSatisfy(digest -> assertThat(table.find(digest)).isEqualTo(ABSENT));
    }

    @Test
    void nearlyAllThatTheBoundAllowsStay() {
        LevelTable table = new LevelTable(50_000);
        List<GrantDigest> some = digests(50_000);
        some.forEach(digest -> table.put(digest, 2));
        assertThat(some.stream().filter(digest -> table.find(digest) == 2).count())
                .isEqualTo(table.held())
                .isGreaterThan(47_000);
    }

    @Test
    void grantsOfOnePlaceEvictEachOther() {
        LevelTable table = new LevelTable(1000);
        for (int i = 0; i < 1000; i++) {
            table.put(new GrantDigest(7, i), 1);
            assertThat(table.find(new GrantDigest(7, i))).isEqualTo(1);
        }
        assertThat(table.held()).isEqualTo(16);
        assertThat(table.evictions()).isEqualTo(984);
    }

    @Test
    void whatWasUsedStaysLongerThanWhatWasNot() {
        LevelTable table = new LevelTable(100);
        List<GrantDigest> old = digests(100);
        old.forEach(digest -> table.put(digest, 1));
        List<GrantDigest> used = old.subList(0, 50);
        List<GrantDigest> unused = old.subList(50, 100);
        used.forEach(table::find);
        digests(30).forEach(digest -> table.put(digest, 1));
        assertThat(held(table, used)).isGreaterThan(held(table, unused) + 15);
    }

    private static int held(LevelTable table, List<GrantDigest> digests) {
        return (int)
                digests.stream().filter(digest -> table.find(digest) != ABSENT).count();
    }

    @Test
    void aBoundOfNothingKeepsNothing() {
        LevelTable table = new LevelTable(0);
        table.put(new GrantDigest(1, 2), 1);
        assertThat(table.find(new GrantDigest(1, 2))).isEqualTo(ABSENT);
    }

    /** The level of each grant follows from its digest, and slots are written over all the time. */
    @Test
    void noReadBesideChangesFindsTheLevelOfAnotherGrant() throws Exception {
        LevelTable table = new LevelTable(20);
        List<GrantDigest> some = new ArrayList<>();
        // Digests that share a half, so that a mixture of two looks like one of them.
        for (int first = 0; first < 16; first++) {
            for (int second = 0; second < 3; second++) {
                some.add(new GrantDigest((long) first << 60, second));
            }
        }
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Random own = new Random(i);
            readers.add(Background.start(() -> {
                int found = 0;
                while (!over.get()) {
                    GrantDigest digest = some.get(own.nextInt(some.size()));
                    int level = table.find(digest);
                    assertThat(level).isIn(ABSENT, (int) digest.second());
                    found += level == ABSENT ? 0 : 1;
                }
                return found;
            }));
        }
        for (int i = 0; i < 300_000; i++) {
            GrantDigest digest = some.get(random.nextInt(some.size()));
            if (random.nextInt(8) == 0) {
                table.remove(digest);
            } else {
                table.put(digest, (int) digest.second());
            }
        }
        over.set(true);
        for (CompletableFuture<Integer> reader : readers) {
            Await.result(reader);
        }
    }
}
