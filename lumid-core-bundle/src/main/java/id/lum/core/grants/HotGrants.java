package id.lum.core.grants;

import com.github.benmanes.caffeine.cache.stats.CacheStats;
import java.util.Optional;
import java.util.function.Function;

/** What decisions asked for lately: single grants, and the sets of ids that one principal holds. */
final class HotGrants {
    private final HotAnswers<GrantKey, Optional<GrantLevel>> levels;
    private final HotAnswers<HeldIds.Key, HeldIds> ids;

    HotGrants(int bound) {
        this.levels = new HotAnswers<>(bound, (key, level) -> 1);
        this.ids = new HotAnswers<>(bound, (key, held) -> held.weight());
    }

    Optional<GrantLevel> level(GrantKey key, Function<GrantKey, Optional<GrantLevel>> load) {
        return levels.get(key, load);
    }

    HeldIds ids(HeldIds.Key key, Function<HeldIds.Key, HeldIds> load) {
        return ids.get(key, load);
    }

    void changing(GrantKey key) {
        levels.changing(key);
        ids.changing(new HeldIds.Key(key.kind(), key.principalId()));
    }

    void changingAll() {
        levels.changingAll();
        ids.changingAll();
    }

    void settled() {
        levels.settled();
        ids.settled();
    }

    void evict() {
        levels.evict();
        ids.evict();
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
