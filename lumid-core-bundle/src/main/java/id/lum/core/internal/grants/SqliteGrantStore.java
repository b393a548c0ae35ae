package id.lum.core.internal.grants;

import com.github.benmanes.caffeine.cache.stats.CacheStats;
import id.lum.core.grants.Grant;
import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreMetrics;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.grants.Grants;
import id.lum.core.grants.Sweep;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.sqlite.Query;
import id.lum.support.sqlite.SqliteStore;
import id.lum.support.sqlite.StoreMetrics;
import id.lum.support.sqlite.StoreRefused;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.support.sqlite.UnstorableText;
import id.lum.support.sqlite.Write;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Grants in a SQLite database that belongs to this store alone.
 *
 * <p>A write that has returned is on the disk, and every read that begins after that sees it, from memory or not. One
 * thread writes for all callers; reads have connections of their own and never stand behind a write. Every method
 * throws {@link StoreUnavailable} once the store is closed.
 */
public final class SqliteGrantStore implements Grants, Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteGrantStore.class);

    /** More are read on the connections for lists, so that no decision waits behind them. */
    private static final int FEW_IDS = 32;

    private final Timestamps timestamps;
    private final GrantCache cache;
    private final ListLimit lists;
    private final SqliteStore<GrantTable> store;
    private final Duration longest;

    private SqliteGrantStore(GrantStoreSettings settings, Clock clock, List<String> pragmas) {
        this.timestamps = new Timestamps(clock, settings.sessionStart());
        this.cache = new GrantCache(settings.cacheSize());
        this.lists = new ListLimit(settings.store().limits().readWait());
        this.store = SqliteStore.open(settings.store(), new GrantSchema(), cache, pragmas);
        this.longest = settings.store().limits().longWait();
    }

    /**
     * Opens and locks the database; creates it if it is missing.
     *
     * @param settings where and how
     * @param clock what grants are stamped with
     * @return the open store; the caller closes it
     * @throws StoreRefused if it cannot be opened; nothing is left open or locked then
     */
    public static SqliteGrantStore open(GrantStoreSettings settings, Clock clock) {
        return open(settings, clock, List.of());
    }

    /** Opens with further pragmas for the connection that writes, such as a limit that stands for a full disk. */
    static SqliteGrantStore open(GrantStoreSettings settings, Clock clock, List<String> pragmas) {
        SqliteGrantStore opened = new SqliteGrantStore(settings, clock, pragmas);
        LOG.info("Grants of {} are in {}", settings.store().owner(), opened.store.place());
        return opened;
    }

    @Override
    public Optional<GrantLevel> level(String kind, String id, String principalId) {
        store.requireOpen();
        return cache.level(new GrantKey(kind, id, principalId), this::readLevel);
    }

    private Optional<GrantLevel> readLevel(GrantKey key) {
        return UnstorableText.isStorable(key.kind(), key.id(), key.principalId())
                ? store.read(table -> table.level(key))
                : Optional.empty();
    }

    @Override
    public Set<String> ids(String kind, String principalId, GrantLevel atLeast) {
        store.requireOpen();
        if (!UnstorableText.isStorable(kind, principalId)) {
            return Set.of();
        }
        return cache.ids(new GrantedIds.Key(kind, principalId), this::readIds, this::readLevels)
                .atLeast(atLeast);
    }

    private Map<String, Optional<GrantLevel>> readLevels(GrantedIds.Key key, Set<String> ids) {
        Query<GrantTable, Map<String, Optional<GrantLevel>>> query = table -> table.levels(key, ids);
        return ids.size() <= FEW_IDS ? store.read(query) : store.readMany(query);
    }

    private GrantedIds readIds(GrantedIds.Key key) {
        // Another call may have read them while this one waited.
        return lists.read(key, () -> cache.idsInMemory(key).orElseGet(() -> store.readMany(table -> table.ids(key))));
    }

    /**
     * The grants in the database, for operators.
     *
     * @param filter which ones
     * @param limit how many at most, at least 0
     * @return the rows, ordered by kind, id and principal
     */
    public List<Grant> list(GrantFilter filter, int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("A list has a limit of at least 0, not " + limit + ".");
        }
        return store.readMany(table -> table.list(filter, limit));
    }

    /**
     * Grants a level, in place of what the principal held on the resource. When it was first granted is kept.
     *
     * @param kind the kind of resource
     * @param id which one
     * @param principalId who
     * @param level what is granted
     * @throws IllegalArgumentException if one of the names is no text that can be stored
     */
    public void grant(String kind, String id, String principalId, GrantLevel level) {
        UnstorableText.requireStorable(kind, id, principalId);
        GrantKey key = new GrantKey(kind, id, principalId);
        write((table, checkCancelled) -> {
            table.upsert(key, level, timestamps.next());
            cache.changing(key, Optional.of(level));
            return key;
        });
    }

    /**
     * Takes away what a principal holds on a resource.
     *
     * @param kind the kind of resource
     * @param id which one
     * @param principalId who
     * @return whether there was anything to take
     */
    public boolean revoke(String kind, String id, String principalId) {
        GrantKey key = new GrantKey(kind, id, principalId);
        return UnstorableText.isStorable(kind, id, principalId)
                && write((table, checkCancelled) -> deleted(table.delete(key), key));
    }

    /** In the writer's thread, before the commit. */
    private boolean deleted(boolean isDeleted, GrantKey key) {
        if (isDeleted) {
            cache.changing(key, Optional.empty());
        }
        return isDeleted;
    }

    /**
     * Takes away what anybody holds on a resource.
     *
     * @param kind the kind of resource
     * @param id which one
     * @return how many grants there were
     */
    public int removeAll(String kind, String id) {
        if (!UnstorableText.isStorable(kind, id)) {
            return 0;
        }
        return write((table, checkCancelled) -> {
            table.holders(kind, id).forEach(holder -> cache.changing(new GrantKey(kind, id, holder), Optional.empty()));
            return table.deleteAll(kind, id);
        });
    }

    @Override
    public boolean isClaimable(String kind, String id, String principalId) {
        store.requireOpen();
        return UnstorableText.isStorable(kind, id, principalId)
                && !store.read(table -> table.isHeldByAnybody(kind, id));
    }

    @Override
    public Optional<String> claim(String kind, String id, String principalId, GrantLevel level) {
        // Most claims come too late; they need not queue with the writes to learn that.
        if (!isClaimable(kind, id, principalId)) {
            return Optional.empty();
        }
        GrantKey key = new GrantKey(kind, id, principalId);
        return write((table, checkCancelled) -> {
            if (table.isHeldByAnybody(kind, id)) {
                return Optional.empty();
            }
            String stamp = timestamps.next();
            table.upsert(key, level, stamp);
            cache.changing(key, Optional.of(level));
            return Optional.of(stamp);
        });
    }

    @Override
    public boolean undoClaim(String kind, String id, String principalId, String receipt) {
        GrantKey key = new GrantKey(kind, id, principalId);
        return write((table, checkCancelled) -> deleted(table.deleteStamped(key, receipt), key));
    }

    private <R> R write(Write<GrantTable, R> write) {
        return store.writeInPlace(write);
    }

    /**
     * Confirms every grant on the listed resources, then deletes those last confirmed before the session. Confirms in
     * steps between which other writes go on, and only what is not confirmed yet; deletes in one transaction, all or
     * nothing. If it fails, what it has confirmed stays confirmed, and nothing is deleted. Reads go on meanwhile (with
     * a rollback journal they wait while a commit is written).
     *
     * @param live every live resource; those that stand for a kind are skipped
     * @param sweep which kinds may lose grants
     * @return what was done
     */
    public ReconcileResult reconcile(Collection<ResourceRef> live, Sweep sweep) {
        return reconcile(live, sweep, Reconciliation.ROWS_PER_STEP);
    }

    ReconcileResult reconcile(Collection<ResourceRef> live, Sweep sweep, int rowsPerStep) {
        store.requireOpen();
        store.requireInPlace();
        ReconcileResult result = new Reconciliation(store, cache, new ListedResources(live, sweep), longest)
                .run(timestamps, rowsPerStep);
        LOG.info("Reconciled {}: {} grants confirmed, {} deleted", store.place(), result.confirmed(), result.deleted());
        return result;
    }

    /**
     * Metrics since the store was opened. Also answered once it is closed.
     *
     * @return a snapshot
     */
    public GrantStoreMetrics metrics() {
        CacheStats stats = cache.stats();
        StoreMetrics metrics = store.metrics();
        return new GrantStoreMetrics(
                stats.hitCount(),
                stats.missCount(),
                stats.evictionCount(),
                cache.levelsHeld(),
                cache.idSetsHeld(),
                metrics.writes(),
                metrics.commits(),
                metrics.queued());
    }

    /** Clears the cache; the next answers come from the database. */
    public void clearCache() {
        cache.clear();
    }

    /**
     * Whether the files of its database were moved, removed, replaced or emptied, see {@link SqliteStore#displaced}.
     *
     * @return what happened, as a sentence; absent if all is well
     */
    public Optional<String> displaced() {
        return store.displaced();
    }

    /** Prepares a displaced store for its close, see {@link SqliteStore#checkpointBeforeClose}. */
    public void checkpointBeforeClose() {
        store.checkpointBeforeClose();
    }

    /**
     * How far a commit is brought to the disk, read from the connection that writes.
     *
     * @return as SQLite calls it: {@code FULL}, or {@code EXTRA} with a rollback journal
     */
    public String synchronous() {
        return store.synchronous();
    }

    /**
     * Closes the store. Calls that wait fail, a transaction that is not committed yet is rolled back. Then the database
     * is one file again and is not locked. Safe to repeat.
     */
    @Override
    public void close(StopDeadline deadline) {
        store.close(deadline);
    }
}
