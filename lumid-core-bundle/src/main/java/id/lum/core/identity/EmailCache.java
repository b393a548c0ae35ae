package id.lum.core.identity;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The e-mail address of everybody who called in the last 24 hours, up to 10 000 of them; whoever was longest away goes
 * first.
 *
 * <p>Not a cache that judges by frequency: a newcomer's address, which billing needs a moment later, must never be the
 * one that finds no room.
 */
final class EmailCache {
    static final Duration REMEMBERED = Duration.ofHours(24);
    static final int MAX_ENTRIES = 10_000;

    private final LongSupplier nanos;

    // Guarded by itself. In the order in which they were last seen, so that the expired ones come first.
    private final Map<String, Map.Entry<String, Long>> emails;

    EmailCache(LongSupplier nanos) {
        this(nanos, new LinkedHashMap<>());
    }

    /** @param emails those of an earlier introspection; see {@link EmailMemory} */
    EmailCache(LongSupplier nanos, Map<String, Map.Entry<String, Long>> emails) {
        this.nanos = nanos;
        this.emails = emails;
        // Nobody did while there was no introspection.
        synchronized (emails) {
            forgetTheOldest();
        }
    }

    void remember(String sub, String email) {
        synchronized (emails) {
            emails.remove(sub);
            emails.put(sub, Map.entry(email, nanos.getAsLong()));
            forgetTheOldest();
        }
    }

    Optional<String> emailOf(String sub) {
        synchronized (emails) {
            return Optional.ofNullable(emails.get(sub)).filter(this::isFresh).map(Map.Entry::getKey);
        }
    }

    int size() {
        synchronized (emails) {
            forgetTheOldest();
            return emails.size();
        }
    }

    private void forgetTheOldest() {
        Iterator<Map.Entry<String, Long>> oldest = emails.values().iterator();
        while (oldest.hasNext()) {
            if (isFresh(oldest.next()) && emails.size() <= MAX_ENTRIES) {
                return;
            }
            oldest.remove();
        }
    }

    private boolean isFresh(Map.Entry<String, Long> account) {
        return nanos.getAsLong() - account.getValue() < REMEMBERED.toNanos();
    }

    /** No names, no addresses. */
    @Override
    public String toString() {
        return size() + " accounts";
    }
}
