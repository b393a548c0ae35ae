package id.lum.core.grants;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A host's store of grants as an operator sees it: its metrics and its cache. A service with the host's name as
 * {@code hook.host}, there while the store is open.
 *
 * <p>Each call throws a {@link id.lum.hooks.HookRejection} with 503 when the store cannot answer now.
 */
@ProviderType
public interface GrantStoreControl {
    /**
     * The host whose grants the store holds.
     *
     * @return its name
     */
    String host();

    /**
     * Metrics since the store was opened.
     *
     * @return a snapshot
     */
    GrantStoreMetrics metrics();

    /**
     * How far a commit is brought to the disk.
     *
     * @return as SQLite calls it: {@code FULL}, or {@code EXTRA} with a rollback journal
     */
    String synchronous();

    /** Clears the cache; the next answers come from the database. */
    void clearCache();
}
