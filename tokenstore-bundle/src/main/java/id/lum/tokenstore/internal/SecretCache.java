package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.support.lifecycle.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets at hand, and when stores are asked for each again. A store that fails leaves the secret it gave before in
 * use. Thread-safe.
 */
final class SecretCache {
    private static final Logger LOG = LoggerFactory.getLogger(SecretCache.class);
    private static final Backoff RETRY = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    private static final class Entry {
        private boolean answered;
        private boolean underWay;
        /** It became due again while an answer was on its way, which may be of a store that has left. */
        private boolean again;

        private long due;
        private int failures;
        private String failure = "";

        Entry(long now) {
            due = now;
        }

        boolean isDue(long now) {
            return !underWay && due - now <= 0;
        }
    }

    private final LongSupplier nanos;
    // Guarded by this, but for reading the secrets.
    private final Map<SecretLocator, Entry> entries = new HashMap<>();
    private volatile Map<SecretLocator, String> secrets = Map.of();
    private Duration recheck;
    private boolean closed;

    /** @param recheck how long a secret is used before its store is asked again */
    SecretCache(Duration recheck, LongSupplier nanos) {
        this.recheck = recheck;
        this.nanos = nanos;
    }

    synchronized void configure(Duration next) {
        recheck = next;
    }

    /** Unmodifiable. */
    Map<SecretLocator, String> secrets() {
        return secrets;
    }

    /** Forgets all but these secrets; one whose answer is on its way once it has come. */
    synchronized void retainOnly(Set<SecretLocator> needed) {
        entries.entrySet().removeIf(entry -> !entry.getValue().underWay && !needed.contains(entry.getKey()));
        Map<SecretLocator, String> kept = new HashMap<>(secrets);
        kept.keySet().retainAll(needed);
        secrets = Map.copyOf(kept);
    }

    /** Those that were never asked for, or long ago. Their answers are on their way from now on. */
    synchronized Set<SecretLocator> beginDue(Set<SecretLocator> needed) {
        long now = nanos.getAsLong();
        Set<SecretLocator> due = needed.stream()
                .filter(locator -> entries.computeIfAbsent(locator, first -> new Entry(now))
                        .isDue(now))
                .collect(Collectors.toUnmodifiableSet());
        due.forEach(locator -> entries.get(locator).underWay = true);
        return due;
    }

    /** Questions are under way for these alone. Another one was lost for want of memory, and is put again. */
    synchronized void retainUnderWay(Set<SecretLocator> asked) {
        entries.forEach((locator, entry) -> entry.underWay &= asked.contains(locator));
    }

    /** Whether a store was asked for each of them, at some time. */
    synchronized boolean haveBegun(Set<SecretLocator> needed) {
        return entries.keySet().containsAll(needed);
    }

    /** Whether there was an answer for each of them, good or bad, and none is due. */
    synchronized boolean isComplete(Set<SecretLocator> needed) {
        long now = nanos.getAsLong();
        return needed.stream()
                .map(locator -> entries.getOrDefault(locator, new Entry(now)))
                .allMatch(entry -> entry.answered && !entry.isDue(now));
    }

    /** There is reason to expect another answer, also than the one on its way. */
    synchronized void dueNow(Predicate<SecretLocator> which) {
        entries.forEach((locator, entry) -> {
            if (which.test(locator)) {
                entry.again = entry.underWay;
                entry.due = nanos.getAsLong();
                entry.failures = 0;
            }
        });
    }

    /** Takes an answer to what was due. A failure is logged once, for as long as it lasts. */
    synchronized void answered(SecretLocator locator, StoreAnswer answer) {
        if (closed) {
            return;
        }
        Entry entry = entries.computeIfAbsent(locator, first -> new Entry(nanos.getAsLong()));
        // First: should anything of this fail, the secret is still due and asked for again, but not without a pause.
        entry.underWay = false;
        entry.due = nanos.getAsLong() + AFTER_TROUBLE.toNanos();
        String before = entry.failure;
        Duration wait = recheck;
        if (answer instanceof StoreAnswer.Value value) {
            Map<SecretLocator, String> more = new HashMap<>(secrets);
            more.put(locator, value.text());
            secrets = Map.copyOf(more);
            entry.failure = "";
            entry.failures = 0;
            if (!before.isEmpty()) {
                LOG.info("{} gives the value again that it did not give.", locator.prefix());
            }
        } else if (answer instanceof StoreAnswer.Failed failed) {
            entry.failure = LogSafe.of(failed.sentence());
            wait = RETRY.after(++entry.failures);
            if (!entry.failure.equals(before)) {
                LOG.warn(
                        "{}. {}",
                        entry.failure,
                        secrets.containsKey(locator)
                                ? "The value it gave before stays in use, and it is asked again."
                                : "Configurations with the reference stay as they are written, and it is asked again.");
            }
        }
        entry.due = nanos.getAsLong() + (entry.again ? 0 : wait.toNanos());
        entry.failures = entry.again ? 0 : entry.failures;
        entry.answered = true;
        entry.again = false;
    }

    /** How long until one is due; of none for which there was no answer yet. */
    synchronized Duration untilNext(Duration most) {
        long now = nanos.getAsLong();
        return entries.values().stream()
                .filter(entry -> entry.answered && !entry.underWay)
                .map(entry -> Duration.ofNanos(Math.max(0, entry.due - now)))
                .reduce(most, (one, other) -> one.compareTo(other) < 0 ? one : other);
    }

    /** Forgets all secrets, and takes none any more. */
    synchronized void close() {
        closed = true;
        secrets = Map.of();
    }
}
