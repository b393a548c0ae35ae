package id.lum.core.internal.grants;

import id.lum.hooks.LogSafe;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each row with an invalid level once. */
final class InvalidLevelLog {
    private static final Logger LOG = LoggerFactory.getLogger(InvalidLevelLog.class);
    /** A table full of them must fill neither the memory nor the log. */
    private static final int MAX_NAMED = 1000;

    private final Set<GrantKey> named = ConcurrentHashMap.newKeySet();

    void found(GrantKey row, String storedLevel) {
        if (named.size() < MAX_NAMED && named.add(row)) {
            LOG.warn(
                    "The grant on {} has the level {}, which is none: it opens nothing. Grant it anew, or revoke it",
                    row,
                    LogSafe.of(storedLevel));
        }
    }
}
