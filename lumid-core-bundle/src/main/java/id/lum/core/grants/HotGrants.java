package id.lum.core.grants;

import com.github.benmanes.caffeine.cache.stats.CacheStats;
import java.util.Optional;
import java.util.function.Function;

/** What decisions asked for lately: single grants, and the sets of ids that one principal holds. */
final class HotGrants {
    /** What the names of an entry of weight 1 have at most: kind, id and principal are far shorter as a rule. */
    private static final int USUAL_CHARACTERS = 128;

    private final HotAnswers<GrantKey, Optional<GrantLevel>> levels;
    private final HotAnswers<HeldIds.Key, HeldIds> ids;

    HotGrants(int bound) {
        this.levels = new HotAnswers<>(bound, (key, level) -> weight(key.characters()));
        this.ids = new HotAnswers<>(bound, (key, held) -> weight(key.characters()) + held.weight());
    }

    /** Strangers choose ids, and those that nobody holds are remembered too: long ones count as several. */
    static int weight(int characters) {
        return 1 + characters / USUAL_CHARACTERS;
    }

    Optional<GrantLevel> level(GrantKey key, Function<GrantKey, Optional<GrantLevel>> load) {
        return levels.get(key, load);
    }

    HeldIds ids(HeldIds.Key key, Function<HeldIds.Key, HeldIds> load) {
        return ids.get(key, load);
    }

    /** The ids in memory, if they are up to date. */
    Optional<HeldIds> idsInMemory(HeldIds.Key key) {
        return ids.inMemory(key);
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
