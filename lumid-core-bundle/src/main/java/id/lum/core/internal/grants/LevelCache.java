package id.lum.core.internal.grants;

import id.lum.core.grants.GrantLevel;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Levels of single grants in memory, none of them older than the last commit that could have changed it.
 *
 * <p>Before the writer commits a change of a grant, it removes the level from memory. Each grant also belongs to one of
 * many version numbers. The writer makes the numbers of the grants that it changes odd before it commits, and even
 * again after. A level is kept only if the number that was read before it was loaded is even, and is still the number.
 * So a load that read before a commit is not kept after it; and while a commit is under way, its grants are answered by
 * the database, whose readers all see the same moment. Grants that share a number cost each other a load, never a wrong
 * answer.
 */
final class LevelCache {
    private static final int MAX_VERSIONS = 1 << 14;
    private static final List<Optional<GrantLevel>> LEVELS =
            List.of(Optional.empty(), Optional.of(GrantLevel.READ), Optional.of(GrantLevel.WRITE));

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final AtomicLongArray versions;
    // Guarded by itself, but for reads.
    private final LevelTable table;
    // Which numbers are odd. Guarded by table.
    private final BitSet changing = new BitSet();

    LevelCache(int bound) {
        this.table = new LevelTable(bound);
        this.versions = new AtomicLongArray(Integer.highestOneBit(Math.max(1 << 8, Math.min(MAX_VERSIONS, bound))));
    }

    Optional<GrantLevel> get(GrantKey key, Function<GrantKey, Optional<GrantLevel>> load) {
        if (!GrantDigest.isPossible(key)) {
            misses.increment();
            return load.apply(key);
        }
        GrantDigest digest = GrantDigest.of(key);
        int found = table.find(digest);
        if (found != LevelTable.ABSENT) {
            hits.increment();
            return LEVELS.get(found);
        }
        misses.increment();
        return load(key, digest, load);
    }

    private Optional<GrantLevel> load(GrantKey key, GrantDigest digest, Function<GrantKey, Optional<GrantLevel>> load) {
        int version = version(digest);
        long before = versions.get(version);
        Optional<GrantLevel> level = load.apply(key);
        if (before % 2 == 0) {
            synchronized (table) {
                if (versions.get(version) == before) {
                    table.put(digest, level.map(GrantLevel::stored).orElse(0));
                }
            }
        }
        return level;
    }

    /** The writer is about to commit a change of this grant. */
    void changing(GrantKey key) {
        if (GrantDigest.isPossible(key)) {
            GrantDigest digest = GrantDigest.of(key);
            int version = version(digest);
            synchronized (table) {
                if (!changing.get(version)) {
                    changing.set(version);
                    versions.incrementAndGet(version);
                }
                table.remove(digest);
            }
        }
    }

    /** The writer has committed, or given up; no caller has been told yet. */
    void transactionEnded() {
        synchronized (table) {
            // One at a time: a failure in the middle leaves the rest odd, which costs loads and no wrong answer.
            for (int version = changing.nextSetBit(0); version >= 0; version = changing.nextSetBit(version + 1)) {
                changing.clear(version);
                versions.incrementAndGet(version);
            }
        }
    }

    void clear() {
        synchronized (table) {
            table.clear();
        }
    }

    int size() {
        synchronized (table) {
            return table.held();
        }
    }

    long hits() {
        return hits.sum();
    }

    long misses() {
        return misses.sum();
    }

    long evictions() {
        synchronized (table) {
            return table.evictions();
        }
    }

    private int version(GrantDigest digest) {
        return (int) digest.second() & versions.length() - 1;
    }
}
