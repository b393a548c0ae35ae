package id.lum.core.internal.grants;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import id.lum.core.grants.GrantLevel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The sets of ids that principals hold, in memory, none of them older than the last commit that could have changed it.
 *
 * <p>A set may have a hundred thousand ids, and its principal registers one more every second. So a commit does not
 * drop the set. Before it, the writer states the levels that it is about to commit; until it has ended, the set is no
 * answer without the levels of these ids, which are read from the database. After it they are applied to the set. If it
 * is not known what was committed, the set is dropped.
 */
final class IdSetCache {
    /** Reads the levels of some ids, all of one moment. */
    interface SomeIds {
        Map<String, Optional<GrantLevel>> read(GrantedIds.Key key, Set<String> ids);
    }

    /** A set of which a transaction changes more ids is read anew. */
    private static final int MAX_CHANGES = 1000;

    /** How often a caller reads changing ids again because more changed meanwhile. Then it reads all. */
    private static final int ATTEMPTS = 3;

    private static final class Kept {
        private final GrantedIds ids;
        // Written under the lock of the cache. True for ever once it is: after the commit a new one takes its place.
        private volatile boolean changing;

        Kept(GrantedIds ids, boolean changing) {
            this.ids = ids;
            this.changing = changing;
        }
    }

    /** A set that is being read. Guarded by the lock of the cache. */
    private static final class Load {
        private final GrantedIds.Key key;
        private final Map<String, Optional<GrantLevel>> committed = new HashMap<>();
        private boolean worthless;

        Load(GrantedIds.Key key) {
            this.key = key;
        }
    }

    private final Cache<GrantedIds.Key, Kept> cache;
    private final Object lock = new Object();
    // Guarded by the lock.
    private final Set<Load> loads = new HashSet<>();
    // The levels that the transaction under way changes, as they will be. Guarded by the lock.
    private final Map<GrantedIds.Key, Map<String, Optional<GrantLevel>>> underWay = new HashMap<>();
    // Whether the end of a transaction has failed, so that levels are left which may not be committed.
    private boolean endFailed;

    /** @param bound of all sets together, in characters of {@link GrantedIds#weight} */
    IdSetCache(long bound) {
        this.cache = Caffeine.newBuilder()
                .maximumWeight(bound)
                .weigher((GrantedIds.Key key, Kept kept) ->
                        (int) Math.min(Integer.MAX_VALUE / 2, key.characters() + kept.ids.weight()))
                // In the caller's thread: the bound holds at once, and no thread of a shared pool keeps our classes.
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    GrantedIds get(GrantedIds.Key key, Function<GrantedIds.Key, GrantedIds> all, SomeIds some) {
        Optional<Kept> kept = Optional.ofNullable(cache.getIfPresent(key));
        for (int attempt = 0; kept.isPresent() && attempt < ATTEMPTS; attempt++) {
            Optional<GrantedIds> ids =
                    kept.get().changing ? duringCommit(key, kept.get(), some) : Optional.of(kept.get().ids);
            if (ids.isPresent()) {
                return ids.get();
            }
            kept = inMemory(key);
        }
        return load(key, all);
    }

    /**
     * The set, with the levels that the commit under way changes read from the database. Empty if it has ended
     * meanwhile or changes more: then what was read need not be of the same moment as the rest.
     */
    private Optional<GrantedIds> duringCommit(GrantedIds.Key key, Kept kept, SomeIds some) {
        Set<String> changing = changing(key, kept);
        if (changing.isEmpty() || changing.size() > MAX_CHANGES) {
            return Optional.empty();
        }
        GrantedIds ids = kept.ids.with(some.read(key, changing));
        return changing(key, kept).equals(changing) ? Optional.of(ids) : Optional.empty();
    }

    private Set<String> changing(GrantedIds.Key key, Kept kept) {
        synchronized (lock) {
            return inMemory(key).equals(Optional.of(kept))
                    ? Set.copyOf(underWay(key).keySet())
                    : Set.of();
        }
    }

    private GrantedIds load(GrantedIds.Key key, Function<GrantedIds.Key, GrantedIds> all) {
        Load load = new Load(key);
        synchronized (lock) {
            loads.add(load);
        }
        try {
            GrantedIds ids = all.apply(key);
            synchronized (lock) {
                // Another caller may have put them there.
                if (!load.worthless && inMemory(key).isEmpty()) {
                    cache.put(key, new Kept(ids.with(load.committed), underWay.containsKey(key)));
                }
            }
            return ids;
        } finally {
            synchronized (lock) {
                loads.remove(load);
            }
        }
    }

    private Map<String, Optional<GrantLevel>> underWay(GrantedIds.Key key) {
        return underWay.getOrDefault(key, Map.of());
    }

    /** Not counted as a hit or a miss. */
    private Optional<Kept> inMemory(GrantedIds.Key key) {
        return Optional.ofNullable(cache.asMap().get(key));
    }

    /** The ids in memory, if they are up to date. */
    Optional<GrantedIds> current(GrantedIds.Key key) {
        return inMemory(key).filter(kept -> !kept.changing).map(kept -> kept.ids);
    }

    /**
     * The writer is about to commit a change.
     *
     * @param level what will be held then, if anything
     */
    void changing(GrantKey grant, Optional<GrantLevel> level) {
        GrantedIds.Key key = new GrantedIds.Key(grant.kind(), grant.principalId());
        synchronized (lock) {
            underWay.computeIfAbsent(key, first -> new HashMap<>()).put(grant.id(), level);
            inMemory(key).ifPresent(kept -> kept.changing = true);
        }
    }

    /** All changes are committed as they were stated; no caller has been told yet. */
    void committed() {
        synchronized (lock) {
            if (!endFailed) {
                settle(true);
            }
        }
    }

    /** The writer has committed, or given up; no caller has been told yet. */
    void transactionEnded() {
        synchronized (lock) {
            endFailed = !underWay.isEmpty();
            settle(false);
            endFailed = false;
        }
    }

    /** One at a time: after a failure in the middle the rest is still under way. */
    private void settle(boolean committed) {
        Iterator<Map.Entry<GrantedIds.Key, Map<String, Optional<GrantLevel>>>> changes =
                underWay.entrySet().iterator();
        while (changes.hasNext()) {
            Map.Entry<GrantedIds.Key, Map<String, Optional<GrantLevel>>> change = changes.next();
            if (committed && change.getValue().size() <= MAX_CHANGES) {
                apply(change.getKey(), change.getValue());
            } else {
                drop(change.getKey());
            }
            changes.remove();
        }
    }

    private void apply(GrantedIds.Key key, Map<String, Optional<GrantLevel>> levels) {
        for (Load load : loads) {
            if (load.key.equals(key)) {
                load.committed.putAll(levels);
            }
        }
        inMemory(key).ifPresent(kept -> cache.put(key, new Kept(kept.ids.with(levels), false)));
    }

    private void drop(GrantedIds.Key key) {
        for (Load load : loads) {
            load.worthless |= load.key.equals(key);
        }
        cache.invalidate(key);
    }

    void clear() {
        synchronized (lock) {
            loads.forEach(load -> load.worthless = true);
            cache.invalidateAll();
        }
    }

    CacheStats stats() {
        return cache.stats();
    }

    long size() {
        return cache.estimatedSize();
    }
}
