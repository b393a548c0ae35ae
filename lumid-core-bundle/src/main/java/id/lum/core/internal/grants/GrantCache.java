package id.lum.core.internal.grants;

import com.github.benmanes.caffeine.cache.stats.CacheStats;
import id.lum.core.grants.GrantLevel;
import java.util.Optional;
import java.util.function.Function;

/** What decisions asked for lately: single grants, and the sets of ids that one principal holds. */
final class GrantCache {
    /** What the names of an entry of weight 1 have at most: kind, id and principal are far shorter as a rule. */
    private static final int USUAL_CHARACTERS = 128;

    private final VersionedCache<GrantKey, Optional<GrantLevel>> levels;
    private final VersionedCache<GrantedIds.Key, GrantedIds> ids;

    GrantCache(int bound) {
        this.levels = new VersionedCache<>(bound, (key, level) -> weight(key.characters()));
        this.ids = new VersionedCache<>(bound, (key, held) -> weight(key.characters()) + held.weight());
    }

    /** Strangers choose ids, and those that nobody holds are remembered too: long ones count as several. */
    static int weight(int characters) {
        return 1 + characters / USUAL_CHARACTERS;
    }

    Optional<GrantLevel> level(GrantKey key, Function<GrantKey, Optional<GrantLevel>> load) {
        return levels.get(key, load);
    }

    GrantedIds ids(GrantedIds.Key key, Function<GrantedIds.Key, GrantedIds> load) {
        return ids.get(key, load);
    }

    /** The ids in memory, if they are up to date. */
    Optional<GrantedIds> idsInMemory(GrantedIds.Key key) {
        return ids.inMemory(key);
    }

    void changing(GrantKey key) {
        levels.changing(key);
        ids.changing(new GrantedIds.Key(key.kind(), key.principalId()));
    }

    void changingAll() {
        levels.changingAll();
        ids.changingAll();
    }

    void transactionEnded() {
        levels.transactionEnded();
        ids.transactionEnded();
    }

    void clear() {
        levels.clear();
        ids.clear();
    }

    CacheStats stats() {
        return levels.stats().plus(ids.stats());
    }

    long levelsHeld() {
        return levels.size();
    }

    long idSetsHeld() {
        return ids.size();
    }
}
