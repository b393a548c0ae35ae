package id.lum.core.grants;

import static java.util.Objects.requireNonNull;

import id.lum.support.sqlite.StoreSettings;
import java.time.Instant;

/**
 * What a store of grants is opened with.
 *
 * @param store the database
 * @param cacheSize how many grants are kept in memory as single answers, of 48 to 96 bytes each; 0 for none. Sets of
 *     ids are kept apart from them, up to 128 characters for each of these grants; an id counts for 48 characters more
 *     than it has
 * @param sessionStart when this JVM started. It never moves while the JVM lives: grants written since then survive
 *     every reconcile, whichever store of this JVM wrote them
 */
public record GrantStoreSettings(StoreSettings store, int cacheSize, Instant sessionStart) {

    public GrantStoreSettings {
        requireNonNull(store, "store");
        if (cacheSize < 0) {
            throw new IllegalArgumentException("The cache size must not be negative, as " + cacheSize + " is.");
        }
        requireNonNull(sessionStart, "sessionStart");
    }
}
