package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.support.lifecycle.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets at hand, and when stores are asked for each again: after a time, after a call of {@link #recheck}, and
 * when another store would be asked. A store that fails leaves the secret it gave before in use. For passes of the
 * loop, unless said otherwise.
 */
final class SecretCache {
    private static final Logger LOG = LoggerFactory.getLogger(SecretCache.class);
    private static final Backoff RETRY = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));

    /** Answers that come within this time are delivered together; those of a slower store when they come. */
    private static final Duration QUICK = Duration.ofMillis(500);

    private static final class Entry {
        /** What was so when a store was asked last: an answer says nothing once that has changed. */
        private List<Object> basis = List.of();

        private boolean answered;
        private long due;
        private int failures;
        private String failure = "";
    }

    private final StoreRegistry stores;
    private final EventLoop loop;
    private final Map<SecretLocator, Entry> entries = new ConcurrentHashMap<>();
    private final Map<SecretLocator, CompletableFuture<StoreAnswer>> underWay = new HashMap<>();
    private final AtomicLong rechecks = new AtomicLong();
    // Written under the lock of this, as is whether it is closed.
    private volatile Map<SecretLocator, String> secrets = Map.of();
    private boolean closed;

    SecretCache(StoreRegistry stores, EventLoop loop) {
        this.stores = stores;
        this.loop = loop;
    }

    /** Unmodifiable. By any thread. */
    Map<SecretLocator, String> secrets() {
        return secrets;
    }

    /** How many secrets are needed. By any thread. */
    int size() {
        return entries.size();
    }

    /** Asks for every secret again, soon. By any thread. */
    void recheck() {
        rechecks.incrementAndGet();
        loop.wake();
    }

    /**
     * Takes the answers that have come. One is under way until it is taken: should that fail, it is taken later.
     *
     * @param recheck how long a secret is used before its store is asked again
     */
    void takeAnswers(Duration recheck) {
        underWay.entrySet().removeIf(question -> {
            boolean come = question.getValue().isDone();
            if (come) {
                Optional.ofNullable(entries.get(question.getKey()))
                        .ifPresent(entry -> take(
                                question.getKey(), entry, question.getValue().join(), recheck));
            }
            return come;
        });
    }

    /** A failure is logged once, for as long as it lasts. */
    private void take(SecretLocator locator, Entry entry, StoreAnswer answer, Duration recheck) {
        String before = entry.failure;
        if (answer instanceof StoreAnswer.Value value) {
            Map<SecretLocator, String> more = new HashMap<>(secrets);
            more.put(locator, value.text());
            keep(more);
            entry.failure = "";
            entry.failures = 0;
            entry.due = loop.now() + recheck.toNanos();
            if (!before.isEmpty()) {
                LOG.info("{} gives the value again that it did not give.", locator.prefix());
            }
        } else if (answer instanceof StoreAnswer.Failed failed) {
            entry.failure = LogSafe.of(failed.sentence());
            entry.due = loop.now() + RETRY.after(++entry.failures).toNanos();
            if (!entry.failure.equals(before)) {
                LOG.warn(
                        "{}. {}",
                        entry.failure,
                        secrets.containsKey(locator)
                                ? "The value it gave before stays in use, and it is asked again."
                                : "Configurations with the reference stay as they are written, and it is asked again.");
            }
        }
        entry.answered = true;
    }

    /**
     * Asks stores for what is due, each for one secret once at a time, and waits a little for the answers. Forgets what
     * is not needed.
     *
     * @return whether anything was due
     */
    boolean askFor(Set<SecretLocator> needed) {
        entries.keySet().retainAll(needed);
        Map<SecretLocator, String> kept = new HashMap<>(secrets);
        kept.keySet().retainAll(needed);
        keep(kept);
        long recheck = rechecks.get();
        Map<String, List<Object>> bases = new HashMap<>();
        List<CompletableFuture<Void>> asked = new ArrayList<>();
        for (SecretLocator locator : needed) {
            Entry entry = entries.computeIfAbsent(locator, first -> new Entry());
            // Before the store is asked: should it change meanwhile, its answer does not count as the last word.
            List<Object> basis =
                    bases.computeIfAbsent(locator.prefix(), prefix -> List.of(recheck, stores.version(prefix)));
            boolean changed = !basis.equals(entry.basis);
            if (!underWay.containsKey(locator) && (changed || loop.hasCome(entry.due))) {
                CompletableFuture<StoreAnswer> answer = stores.ask(locator);
                underWay.put(locator, answer);
                entry.failures = changed ? 0 : entry.failures;
                entry.basis = basis;
                asked.add(answer.thenRun(loop::wake));
            }
        }
        try {
            CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                    .get(QUICK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException | InterruptedException late) {
            // What is there is taken now, the rest when it comes.
        }
        return !asked.isEmpty();
    }

    /** Whether there was an answer for each of them, good or bad. */
    boolean hasAnswers(Set<SecretLocator> needed) {
        return needed.stream().allMatch(locator -> entries.containsKey(locator) && entries.get(locator).answered);
    }

    private synchronized void keep(Map<SecretLocator, String> next) {
        secrets = closed ? Map.of() : Map.copyOf(next);
    }

    /** Forgets all secrets, and takes none any more. By any thread. */
    synchronized void close() {
        closed = true;
        secrets = Map.of();
    }
}
