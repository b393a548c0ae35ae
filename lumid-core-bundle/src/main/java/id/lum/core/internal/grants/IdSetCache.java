package id.lum.core.internal.grants;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import id.lum.core.grants.GrantLevel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The sets of ids that principals hold, in memory, none of them older than the last commit that could have changed it.
 *
 * <p>A set may have a hundred thousand ids, and its principal registers one more every second. So a commit does not
 * drop the set: before it, the writer notes the ids that it changes at each set that is in memory or about to be. A set
 * with noted ids is no answer; who asks for it reads the noted ids again, and no others. An id stays noted while the
 * commit is under way, because whoever read it then may have read what was before.
 */
final class IdSetCache {
    /** Reads the levels of some ids, each as it is at some moment of the call. */
    interface SomeIds {
        Map<String, Optional<GrantLevel>> read(GrantedIds.Key key, Set<String> ids);
    }

    /** How often a caller reads noted ids again because others were noted meanwhile. Then it reads all. */
    private static final int ATTEMPTS = 3;

    /** A set is dropped when so many ids are noted, and one more for each so many that it has. */
    private static final int NOTED = 64;

    private static final int IDS_FOR_A_NOTED_ONE = 16;

    /** Ids that changed. A new one for each change, so that two of them are the same only if nothing changed. */
    private static final class Changes {
        private final IdSet ids;

        Changes(IdSet ids) {
            this.ids = ids;
        }
    }

    private static final class Kept {
        private final GrantedIds ids;
        // Written under the lock of the cache.
        private volatile Changes changes;

        Kept(GrantedIds ids, Changes changes) {
            this.ids = ids;
            this.changes = changes;
        }

        boolean isCurrent() {
            return changes.ids.isEmpty();
        }
    }

    /** A set that is being read. Guarded by the lock of the cache. */
    private static final class Load {
        private final GrantedIds.Key key;
        private Changes changes;
        private boolean worthless;

        Load(GrantedIds.Key key, Changes changes) {
            this.key = key;
            this.changes = changes;
        }
    }

    private final Cache<GrantedIds.Key, Kept> cache;
    private final Object lock = new Object();
    // Guarded by the lock.
    private final Set<Load> loads = new HashSet<>();
    private final Map<GrantedIds.Key, IdSet> underWay = new HashMap<>();

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
            Optional<GrantedIds> current =
                    kept.get().isCurrent() ? Optional.of(kept.get().ids) : refresh(key, kept.get(), some);
            if (current.isPresent()) {
                return current.get();
            }
            kept = inMemory(key);
        }
        return load(key, all);
    }

    private Optional<GrantedIds> refresh(GrantedIds.Key key, Kept kept, SomeIds some) {
        Changes changes;
        Changes stillUnderWay;
        synchronized (lock) {
            changes = kept.changes;
            stillUnderWay = underWay(key);
        }
        GrantedIds fresh = kept.ids.with(some.read(key, changes.ids));
        synchronized (lock) {
            if (kept.changes != changes || !inMemory(key).equals(Optional.of(kept))) {
                return Optional.empty();
            }
            cache.put(key, new Kept(fresh, stillUnderWay));
        }
        return Optional.of(fresh);
    }

    private GrantedIds load(GrantedIds.Key key, Function<GrantedIds.Key, GrantedIds> all) {
        Load load;
        synchronized (lock) {
            load = new Load(key, underWay(key));
            loads.add(load);
        }
        try {
            GrantedIds ids = all.apply(key);
            synchronized (lock) {
                // Another caller may have put the same ids there, with fewer noted.
                if (!load.worthless && inMemory(key).isEmpty()) {
                    cache.put(key, new Kept(ids, load.changes));
                }
            }
            return ids;
        } finally {
            synchronized (lock) {
                loads.remove(load);
            }
        }
    }

    private Changes underWay(GrantedIds.Key key) {
        return new Changes(underWay.getOrDefault(key, IdSet.EMPTY));
    }

    /** Not counted as a hit or a miss. */
    private Optional<Kept> inMemory(GrantedIds.Key key) {
        return Optional.ofNullable(cache.asMap().get(key));
    }

    /** The ids in memory, if they are up to date. */
    Optional<GrantedIds> current(GrantedIds.Key key) {
        return inMemory(key).filter(Kept::isCurrent).map(kept -> kept.ids);
    }

    /** The writer is about to commit a change of this grant. */
    void changing(GrantKey grant) {
        GrantedIds.Key key = new GrantedIds.Key(grant.kind(), grant.principalId());
        synchronized (lock) {
            underWay.put(key, underWay.getOrDefault(key, IdSet.EMPTY).with(grant.id()));
            for (Load load : loads) {
                if (load.key.equals(key)) {
                    load.changes = new Changes(load.changes.ids.with(grant.id()));
                }
            }
            inMemory(key).ifPresent(kept -> {
                kept.changes = new Changes(kept.changes.ids.with(grant.id()));
                if (kept.changes.ids.size() > NOTED + kept.ids.readable().size() / IDS_FOR_A_NOTED_ONE) {
                    cache.invalidate(key);
                }
            });
        }
    }

    /** The writer has committed, or given up; no caller has been told yet. */
    void transactionEnded() {
        synchronized (lock) {
            underWay.clear();
        }
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
