package id.lum.core.identity;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The e-mail addresses of the principals who called in the last 24 hours. If there are more than 10 000, the one whose
 * last call is the oldest is dropped first.
 *
 * <p>A cache that keeps entries by frequency of use would drop new ones, and billing needs a new address a moment
 * later.
 */
final class EmailCache {
    static final Duration REMEMBERED = Duration.ofHours(24);
    static final int MAX_ENTRIES = 10_000;

    private final LongSupplier nanos;

    // Guarded by itself. In the order of the last calls, so that expired entries come first.
    private final Map<String, Map.Entry<String, Long>> emails;

    EmailCache(LongSupplier nanos) {
        this(nanos, new LinkedHashMap<>());
    }

    /** @param emails the addresses that an earlier introspection has kept in an {@link EmailMemory} */
    EmailCache(LongSupplier nanos, Map<String, Map.Entry<String, Long>> emails) {
        this.nanos = nanos;
        this.emails = emails;
        // Entries may have expired while there was no introspection.
        synchronized (emails) {
            dropExpired();
        }
    }

    void remember(String sub, String email) {
        synchronized (emails) {
            emails.remove(sub);
            emails.put(sub, Map.entry(email, nanos.getAsLong()));
            dropExpired();
        }
    }

    Optional<String> emailOf(String sub) {
        synchronized (emails) {
            return Optional.ofNullable(emails.get(sub)).filter(this::isFresh).map(Map.Entry::getKey);
        }
    }

    int size() {
        synchronized (emails) {
            dropExpired();
            return emails.size();
        }
    }

    private void dropExpired() {
        Iterator<Map.Entry<String, Long>> oldest = emails.values().iterator();
        while (oldest.hasNext()) {
            if (isFresh(oldest.next()) && emails.size() <= MAX_ENTRIES) {
                return;
            }
            oldest.remove();
        }
    }

    private boolean isFresh(Map.Entry<String, Long> email) {
        return nanos.getAsLong() - email.getValue() < REMEMBERED.toNanos();
    }

    /** The number alone, without ids and addresses. */
    @Override
    public String toString() {
        return "e-mail addresses: " + size();
    }
}
