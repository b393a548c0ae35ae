package id.lum.core.grants;

import static java.util.Objects.requireNonNull;

import id.lum.support.sqlite.StoreSettings;
import java.time.Instant;

/**
 * What a store of grants is opened with.
 *
 * @param store the database
 * @param cacheSize how many grants are kept in memory as single answers, and as many again in sets of ids; 0 for none.
 *     A grant whose names have more than 127 characters counts as one more for each further 128
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
