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
final class Accounts {
    static final Duration REMEMBERED = Duration.ofHours(24);
    static final int MOST = 10_000;

    private record Account(String email, long seenAt) {}

    private final LongSupplier nanos;

    // Guarded by itself. In the order in which they were last seen, so that the expired ones come first.
    private final Map<String, Account> accounts = new LinkedHashMap<>();

    Accounts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void remember(String sub, String email) {
        synchronized (accounts) {
            accounts.remove(sub);
            accounts.put(sub, new Account(email, nanos.getAsLong()));
            forgetTheOldest();
        }
    }

    Optional<String> emailOf(String sub) {
        synchronized (accounts) {
            return Optional.ofNullable(accounts.get(sub)).filter(this::isFresh).map(Account::email);
        }
    }

    int size() {
        synchronized (accounts) {
            forgetTheOldest();
            return accounts.size();
        }
    }

    private void forgetTheOldest() {
        Iterator<Account> oldest = accounts.values().iterator();
        while (oldest.hasNext()) {
            if (isFresh(oldest.next()) && accounts.size() <= MOST) {
                return;
            }
            oldest.remove();
        }
    }

    private boolean isFresh(Account account) {
        return nanos.getAsLong() - account.seenAt() < REMEMBERED.toNanos();
    }

    /** No names, no addresses. */
    @Override
    public String toString() {
        return size() + " accounts";
    }
}
