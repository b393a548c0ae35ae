package id.lum.support.sqlite;

/**
 * Metrics of a store since it was opened.
 *
 * @param writes writes committed
 * @param commits transactions committed for them, each one fsync
 * @param queued writes that wait for the writer now
 */
public record StoreMetrics(long writes, long commits, int queued) {}
