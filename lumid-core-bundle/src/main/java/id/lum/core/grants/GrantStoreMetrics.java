package id.lum.core.grants;

/**
 * Metrics of a store since it was opened.
 *
 * @param hits reads answered from memory
 * @param misses reads answered by SQLite
 * @param evictions answers dropped to stay within the bound
 * @param cachedGrants single answers in memory; some may be outdated and will not be used
 * @param cachedIdSets sets of ids in memory
 * @param writes writes committed, reconciles included
 * @param commits transactions committed for them, each one fsync
 * @param queued writes that wait for the writer now
 */
public record GrantStoreMetrics(
        long hits,
        long misses,
        long evictions,
        long cachedGrants,
        long cachedIdSets,
        long writes,
        long commits,
        int queued) {}
