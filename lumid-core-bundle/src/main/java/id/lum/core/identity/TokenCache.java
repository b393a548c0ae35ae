package id.lum.core.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import id.lum.core.identity.IntrospectionAnswer.Active;
import id.lum.core.identity.IntrospectionAnswer.Rejected;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Caches active tokens and, in a separate cache of the same size, rejected ones (so that invalid tokens evict no valid
 * ones). Concurrent calls about one token share one request.
 */
final class TokenCache {
    private final Clock clock;
    private final Cache<TokenKey, Active> answers;
    private final Cache<TokenKey, Rejected> rejected;
    private final ConcurrentMap<TokenKey, CompletableFuture<IntrospectionAnswer>> underWay = new ConcurrentHashMap<>();

    TokenCache(IntrospectionSettings settings, Clock clock, LongSupplier nanos, CacheCounters metrics) {
        this.clock = clock;
        answers = bounded(settings.cacheTime(), settings, nanos)
                .evictionListener((key, answer, cause) -> metrics.evictions.increment())
                .build();
        rejected = bounded(settings.rejectedTime(), settings, nanos).build();
    }

    private static Caffeine<Object, Object> bounded(Duration time, IntrospectionSettings settings, LongSupplier nanos) {
        return Caffeine.newBuilder()
                .maximumSize(settings.cacheSize())
                .expireAfterWrite(time)
                .ticker(nanos::getAsLong)
                // Maintenance in the caller's thread, so that there is no other thread to stop.
                .executor(Runnable::run);
    }

    /** Applies new bounds, also to the entries of now. With a time of zero nothing is kept. */
    void resize(IntrospectionSettings settings) {
        resize(answers, settings.cacheSize(), settings.cacheTime());
        resize(rejected, settings.cacheSize(), settings.rejectedTime());
    }

    private static void resize(Cache<?, ?> cache, int size, Duration time) {
        cache.policy().eviction().ifPresent(bound -> bound.setMaximum(size));
        cache.policy().expireAfterWrite().ifPresent(bound -> bound.setExpiresAfter(time));
    }

    boolean isRejected(TokenKey key) {
        return rejected.getIfPresent(key) != null;
    }

    /** The time in the cache is measured by the monotonic clock, the expiry of the token by the wall clock. */
    Optional<Active> find(TokenKey key) {
        Optional<Active> found = Optional.ofNullable(answers.getIfPresent(key));
        if (found.isPresent() && !found.get().expiry().allowsKeeping(clock.instant())) {
            answers.asMap().remove(key, found.get());
            return Optional.empty();
        }
        return found;
    }

    /** Returns the answer to the request about this token that is under way, or else to a new one. Never fails. */
    CompletableFuture<IntrospectionAnswer> join(
            TokenKey key, Supplier<CompletableFuture<IntrospectionAnswer>> request) {
        CompletableFuture<IntrospectionAnswer> mine = new CompletableFuture<>();
        Optional<CompletableFuture<IntrospectionAnswer>> others = Optional.ofNullable(underWay.putIfAbsent(key, mine));
        if (others.isPresent()) {
            return others.get();
        }
        try {
            // Another request may have been answered after the caller looked into the cache. Its answer is not put into
            // the cache again, because that would prolong it.
            Optional<Active> meanwhile = find(key);
            if (meanwhile.isPresent()) {
                complete(key, mine, meanwhile.get());
                return mine;
            }
            request.get()
                    .whenComplete((answer, failure) -> finish(key, mine, failure == null ? answer : unusable(failure)));
        } catch (RuntimeException | Error broken) {
            // Otherwise other callers would wait for a request that was never made.
            complete(key, mine, unusable(broken));
            throw broken;
        }
        return mine;
    }

    /** The answer is cached before the request is no longer under way, so that a later caller finds one of the two. */
    private void finish(TokenKey key, CompletableFuture<IntrospectionAnswer> mine, IntrospectionAnswer answer) {
        try {
            if (answer instanceof Active active && active.expiry().allowsKeeping(clock.instant())) {
                answers.put(key, active);
            } else if (answer instanceof Rejected not && not.reason() == Rejected.Reason.INACTIVE) {
                rejected.put(key, not);
            }
        } finally {
            // Otherwise every later caller would wait for this request in vain.
            complete(key, mine, answer);
        }
    }

    private void complete(TokenKey key, CompletableFuture<IntrospectionAnswer> mine, IntrospectionAnswer answer) {
        underWay.remove(key, mine);
        mine.complete(answer);
    }

    private static IntrospectionAnswer unusable(Throwable failure) {
        return new IntrospectionAnswer.Unusable(failure.getClass().getSimpleName());
    }

    long size() {
        answers.cleanUp();
        return answers.estimatedSize();
    }

    long rejected() {
        rejected.cleanUp();
        return rejected.estimatedSize();
    }

    /** The number alone, without tokens and answers. */
    @Override
    public String toString() {
        return size() + " answers";
    }
}
