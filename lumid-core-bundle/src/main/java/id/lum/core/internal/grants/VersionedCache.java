package id.lum.core.internal.grants;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;

/**
 * Answers kept in memory, none of them older than the last commit that could have changed it.
 *
 * <p>Each key belongs to one of many version numbers. The writer makes the numbers of the keys it changes odd before it
 * commits and even again after. An answer is kept together with the number that was read before it was loaded, and
 * counts only while that is still the number and is even. So a load that read before a commit is worthless after it,
 * whenever it stores its answer; and while a commit is under way its keys are answered by the database, whose readers
 * all see the same moment. Keys that share a number cost each other a reload, never a wrong answer.
 */
final class VersionedCache<K, V> {
    private static final int MAX_VERSIONS = 1 << 16;

    private record Kept<V>(long version, V answer) {}

    private final Cache<K, Kept<V>> cache;
    private final AtomicLongArray versions;
    // Which numbers are odd. Only the writer's thread looks.
    private final BitSet changing = new BitSet();

    VersionedCache(int bound, Weigher<K, V> weigher) {
        this.cache = Caffeine.newBuilder()
                .maximumWeight(bound)
                .weigher((K key, Kept<V> kept) -> weigher.weigh(key, kept.answer()))
                // In the caller's thread: the bound holds at once, and no thread of a shared pool keeps our classes.
                .executor(Runnable::run)
                .recordStats()
                .build();
        this.versions =
                new AtomicLongArray(Integer.highestOneBit(Math.max(1 << 8, Math.min(MAX_VERSIONS / 2, bound)) * 2 - 1));
    }

    V get(K key, Function<K, V> load) {
        int stripe = stripe(key);
        Kept<V> kept = cache.getIfPresent(key);
        if (kept != null && kept.version() == versions.get(stripe)) {
            return kept.answer();
        }
        long version = versions.get(stripe);
        V answer = load.apply(key);
        if (version % 2 == 0) {
            cache.put(key, new Kept<>(version, answer));
        }
        return answer;
    }

    /** The answer in memory, if it is up to date. Not counted. */
    Optional<V> inMemory(K key) {
        return Optional.ofNullable(cache.asMap().get(key))
                .filter(kept -> kept.version() == versions.get(stripe(key)))
                .map(Kept::answer);
    }

    /** The writer is about to commit a change of this key. */
    void changing(K key) {
        change(stripe(key));
    }

    /** The writer is about to commit changes of any keys. */
    void changingAll() {
        for (int stripe = 0; stripe < versions.length(); stripe++) {
            change(stripe);
        }
        cache.invalidateAll();
    }

    private void change(int stripe) {
        if (!changing.get(stripe)) {
            changing.set(stripe);
            versions.incrementAndGet(stripe);
        }
    }

    /** The writer has committed, or given up; no caller has been told yet. */
    void transactionEnded() {
        // One at a time: a failure in the middle leaves the rest odd, which costs reloads and no wrong answer.
        for (int stripe = changing.nextSetBit(0); stripe >= 0; stripe = changing.nextSetBit(stripe + 1)) {
            changing.clear(stripe);
            versions.incrementAndGet(stripe);
        }
    }

    void clear() {
        cache.invalidateAll();
    }

    CacheStats stats() {
        return cache.stats();
    }

    long size() {
        return cache.estimatedSize();
    }

    private int stripe(K key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return (hash ^ hash >>> 16) & versions.length() - 1;
    }
}
