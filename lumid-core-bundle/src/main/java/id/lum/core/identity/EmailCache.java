package id.lum.core.identity;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * The e-mail addresses of the principals who called in the last 24 hours. If there are more than 10 000, the one whose
 * last call is the oldest is dropped first. The time of the last call is a minute late at most: calls of one principal
 * within a minute of each other count as one, so that they share no lock.
 *
 * <p>A cache that keeps entries by frequency of use would drop new ones, and billing needs a new address a moment
 * later.
 */
final class EmailCache {
    static final Duration REMEMBERED = Duration.ofHours(24);
    static final int MAX_ENTRIES = 10_000;

    private static final Duration REFRESH = Duration.ofMinutes(1);

    private final LongSupplier nanos;

    // Guarded by itself. In the order of the last calls, so that expired entries come first.
    private final Map<String, Map.Entry<String, Long>> emails;
    // Those of the same entries that this cache has seen, so that remembering needs no lock. Written under that of
    // emails. Not what is asked: a call of earlier settings may still bring an address, to emails alone.
    private final ConcurrentMap<String, Map.Entry<String, Long>> known;

    EmailCache(LongSupplier nanos) {
        this(nanos, new LinkedHashMap<>());
    }

    /** @param emails the addresses that an earlier introspection has kept in an {@link EmailMemory} */
    EmailCache(LongSupplier nanos, Map<String, Map.Entry<String, Long>> emails) {
        this.nanos = nanos;
        this.emails = emails;
        // Entries may have expired while there was no introspection.
        synchronized (emails) {
            known = new ConcurrentHashMap<>(emails);
            dropExpired();
        }
    }

    void remember(String sub, String email) {
        Map.Entry<String, Long> before = known.get(sub);
        if (before == null || !before.getKey().equals(email) || !isYounger(before, REFRESH)) {
            refresh(sub, email);
        }
    }

    private void refresh(String sub, String email) {
        synchronized (emails) {
            Map.Entry<String, Long> entry = Map.entry(email, nanos.getAsLong());
            emails.remove(sub);
            emails.put(sub, entry);
            known.put(sub, entry);
            dropExpired();
        }
    }

    Optional<String> emailOf(String sub) {
        synchronized (emails) {
            return Optional.ofNullable(emails.get(sub))
                    .filter(entry -> isYounger(entry, REMEMBERED))
                    .map(Map.Entry::getKey);
        }
    }

    int size() {
        synchronized (emails) {
            dropExpired();
            return emails.size();
        }
    }

    private void dropExpired() {
        Iterator<Map.Entry<String, Map.Entry<String, Long>>> oldest =
                emails.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<String, Map.Entry<String, Long>> next = oldest.next();
            if (isYounger(next.getValue(), REMEMBERED) && emails.size() <= MAX_ENTRIES) {
                return;
            }
            known.remove(next.getKey());
            oldest.remove();
        }
    }

    private boolean isYounger(Map.Entry<String, Long> email, Duration age) {
        return nanos.getAsLong() - email.getValue() < age.toNanos();
    }

    /** The number alone, without ids and addresses. */
    @Override
    public String toString() {
        return "e-mail addresses: " + size();
    }
}
