package id.lum.core.internal.grants;

import com.github.benmanes.caffeine.cache.stats.CacheStats;
import id.lum.core.grants.GrantLevel;
import id.lum.support.sqlite.TransactionListener;
import java.util.Optional;
import java.util.function.Function;

/**
 * What decisions asked for lately: single grants, and the sets of ids that one principal holds. Each of the two has its
 * bound, so that a large set drops no single grants.
 */
final class GrantCache implements TransactionListener {
    /** What sets of ids may take for each grant that the bound allows, in characters. */
    private static final long CHARACTERS_PER_GRANT = 128;

    private final LevelCache levels;
    private final IdSetCache ids;

    GrantCache(int bound) {
        this.levels = new LevelCache(bound);
        this.ids = new IdSetCache(CHARACTERS_PER_GRANT * bound);
    }

    Optional<GrantLevel> level(GrantKey key, Function<GrantKey, Optional<GrantLevel>> load) {
        return levels.get(key, load);
    }

    GrantedIds ids(GrantedIds.Key key, Function<GrantedIds.Key, GrantedIds> all, IdSetCache.SomeIds some) {
        return ids.get(key, all, some);
    }

    /** The ids in memory, if they are up to date. */
    Optional<GrantedIds> idsInMemory(GrantedIds.Key key) {
        return ids.current(key);
    }

    /**
     * The writer is about to commit a change.
     *
     * @param level what will be held then, if anything
     */
    void changing(GrantKey key, Optional<GrantLevel> level) {
        levels.changing(key);
        ids.changing(key, level);
    }

    @Override
    public void committed() {
        ids.committed();
    }

    @Override
    public void afterTransaction() {
        levels.transactionEnded();
        ids.transactionEnded();
    }

    void clear() {
        levels.clear();
        ids.clear();
    }

    CacheStats stats() {
        return CacheStats.of(levels.hits(), levels.misses(), 0, 0, 0, levels.evictions(), 0)
                .plus(ids.stats());
    }

    long levelsHeld() {
        return levels.size();
    }

    long idSetsHeld() {
        return ids.size();
    }
}
