package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreMetrics;
import id.lum.core.grants.Sweep;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.testing.Await;
import id.lum.testing.Background;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many threads at the same grants: no read is older than the last write that had returned when it began. */
class GrantConcurrencyTest {
    private static final int KEYS = 8;
    /** They never wait: more would only keep the writer from a processor. */
    private static final int READERS = 3;

    /** On a busy machine a read beside all the others waits longer than a caller would. */
    private static final StoreLimits PATIENT = new StoreLimits(
            4096,
            Stores.LIMITS.readConnections(),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30));

    @TempDir
    Path directory;

    /** What a key goes through, over and over. */
    private static Optional<GrantLevel> state(int version) {
        return List.of(Optional.<GrantLevel>empty(), Optional.of(READ), Optional.of(WRITE))
                .get(version % 3);
    }

    private static void become(SqliteGrantStore store, int key, int version) {
        switch (version % 3) {
            case 0 -> {
                // Both ways of taking a grant away.
                if (key % 2 == 0) {
                    store.revoke("workflow", "wf-" + key, "bob");
                } else {
                    store.removeAll("workflow", "wf-" + key);
                }
            }
            case 1 -> store.grant("workflow", "wf-" + key, "bob", READ);
            default -> store.grant("workflow", "wf-" + key, "bob", WRITE);
        }
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void everyReadSeesWhatHadReturnedBeforeItBegan(JournalMode mode) throws Exception {
        AtomicIntegerArray begun = new AtomicIntegerArray(KEYS);
        AtomicIntegerArray returned = new AtomicIntegerArray(KEYS);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        int writes = mode == JournalMode.WAL ? 900 : 150;
        try (SqliteGrantStore store = SqliteGrantStore.open(
                Stores.settings(directory.resolve("acl.sqlite"), mode, PATIENT), Stores.clock())) {
            List<CompletableFuture<String>> readers = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                Random random = new Random(reader);
                readers.add(Background.start(() -> {
                    while (!over.get()) {
                        read(store, random.nextInt(KEYS), random.nextInt(4) == 0, begun, returned);
                        reads.incrementAndGet();
                    }
                    return "";
                }));
            }
            List<CompletableFuture<String>> writers = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                int key = i;
                writers.add(Background.start(() -> {
                    for (int version = 1; version <= writes; version++) {
                        begun.set(key, version);
                        become(store, key, version);
                        returned.set(key, version);
                        // Read your writes.
                        assertThat(store.level("workflow", "wf-" + key, "bob")).isEqualTo(state(version));
                    }
                    return "";
                }));
            }
            // Meanwhile everything is confirmed, and nothing from this session swept.
            CompletableFuture<String> reconciling = Background.start(() -> {
                while (!over.get()) {
                    ReconcileResult result =
                            store.reconcile(List.of(ResourceRef.of("workflow", "wf-0")), Sweep.EVERY_KIND);
                    assertThat(result.deleted()).isZero();
                }
                return "";
            });
            try {
                for (CompletableFuture<String> writer : writers) {
                    Await.result(writer);
                }
            } finally {
                over.set(true);
            }
            for (CompletableFuture<String> reader : readers) {
                Await.result(reader);
            }
            Await.result(reconciling);
            GrantStoreMetrics metrics = store.metrics();
            System.out.println(mode + ": " + reads + " reads beside " + metrics.writes() + " writes in "
                    + metrics.commits() + " commits, " + metrics.hits() + " hits");
            assertThat(metrics.hits()).as("the memory was in play").isGreaterThan(100);
            assertThat(metrics.commits()).isLessThan(metrics.writes());
        }
    }

    private static void read(
            SqliteGrantStore store, int key, boolean asList, AtomicIntegerArray begun, AtomicIntegerArray returned) {
        int from = returned.get(key);
        Optional<GrantLevel> seen;
        if (asList) {
            boolean readable = store.ids("workflow", "bob", READ).contains("wf-" + key);
            int to = begun.get(key);
            assertThat(IntStream.rangeClosed(from, to)
                            .mapToObj(version -> state(version).isPresent()))
                    .as("listed between versions %d and %d", from, to)
                    .contains(readable);
            return;
        }
        seen = store.level("workflow", "wf-" + key, "bob");
        int to = begun.get(key);
        assertThat(IntStream.rangeClosed(from, to).mapToObj(GrantConcurrencyTest::state))
                .as("between versions %d and %d", from, to)
                .contains(seen);
    }

    @Test
    void ofManyClaimantsOneWins() throws Exception {
        try (SqliteGrantStore store = Stores.open(directory.resolve("acl.sqlite"))) {
            for (int round = 0; round < 20; round++) {
                String id = "prefix-" + round;
                List<CompletableFuture<Boolean>> claims = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    String principal = "p-" + i;
                    claims.add(Background.start(() ->
                            store.claim("object-prefix", id, principal, WRITE).isPresent()));
                }
                int winners = 0;
                for (CompletableFuture<Boolean> claim : claims) {
                    winners += Await.result(claim) ? 1 : 0;
                }
                assertThat(winners).as(id).isEqualTo(1);
                assertThat(store.list(new GrantFilter(Optional.empty(), Optional.of(id), Optional.empty()), 99))
                        .hasSize(1);
            }
        }
    }

    @Test
    void writersOfTheSameKeysLeaveMemoryAndDatabaseInAgreement() throws Exception {
        Path path = directory.resolve("acl.sqlite");
        try (SqliteGrantStore store = Stores.open(path)) {
            List<CompletableFuture<String>> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Random random = new Random(i);
                threads.add(Background.start(() -> {
                    for (int step = 0; step < 500; step++) {
                        become(store, random.nextInt(KEYS), random.nextInt(3));
                        store.level("workflow", "wf-" + random.nextInt(KEYS), "bob");
                        store.ids("workflow", "bob", READ);
                    }
                    return "";
                }));
            }
            for (CompletableFuture<String> thread : threads) {
                Await.result(thread);
            }
            Set<String> listed = store.ids("workflow", "bob", READ);
            List<Optional<GrantLevel>> remembered = levels(store);
            store.clearCache();
            assertThat(levels(store)).isEqualTo(remembered);
            assertThat(store.ids("workflow", "bob", READ)).isEqualTo(listed);
        }
    }

    private static List<Optional<GrantLevel>> levels(SqliteGrantStore store) {
        return IntStream.range(0, KEYS)
                .mapToObj(key -> store.level("workflow", "wf-" + key, "bob"))
                .toList();
    }
}
