package id.lum.core.grants;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Instant;

/**
 * What a store is opened with.
 *
 * @param path the database file, absolute; it and its directories are created when missing
 * @param journalMode how SQLite keeps transactions
 * @param cacheSize how many grants are kept in memory as single answers, and as many again in sets of ids; 0 for none
 * @param owner the setting that names the path, for error sentences: {@code id.lum.flowmesh acl.db.path}
 * @param sessionStart when this JVM started. It never moves while the JVM lives: grants written since then survive
 *     every reconcile, whichever store of this JVM wrote them
 * @param limits what may be used and waited for
 */
public record GrantStoreSettings(
        Path path,
        JournalMode journalMode,
        int cacheSize,
        String owner,
        Instant sessionStart,
        GrantStoreLimits limits) {

    public GrantStoreSettings {
        if (!path.isAbsolute() || path.getFileName() == null) {
            throw new IllegalArgumentException(
                    "The path of a store must be absolute and name a file, not " + path + ".");
        }
        requireNonNull(journalMode, "journalMode");
        if (cacheSize < 0) {
            throw new IllegalArgumentException("The cache size must not be negative, as " + cacheSize + " is.");
        }
        if (owner.isBlank()) {
            throw new IllegalArgumentException("A store needs the name of the setting that owns it.");
        }
        requireNonNull(sessionStart, "sessionStart");
        requireNonNull(limits, "limits");
    }
}
