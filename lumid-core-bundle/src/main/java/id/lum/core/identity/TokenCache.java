package id.lum.core.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import id.lum.core.identity.IntrospectionAnswer.Claimed;
import id.lum.core.identity.IntrospectionAnswer.NotClaimed;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Answers that claim a token, for a while, and apart from them, so that strangers cannot push those out, tokens that
 * were called inactive; and one request for all who ask about the same token at the same time, whether its answer is
 * kept or not.
 */
final class TokenCache {
    private final Clock clock;
    private final Cache<TokenKey, Claimed> answers;
    private final Cache<TokenKey, NotClaimed> rejected;
    private final ConcurrentMap<TokenKey, CompletableFuture<IntrospectionAnswer>> underWay = new ConcurrentHashMap<>();

    TokenCache(IntrospectionSettings settings, Clock clock, LongSupplier nanos, CacheMetrics counts) {
        this.clock = clock;
        answers = bounded(settings.cacheTime(), settings, nanos)
                .evictionListener((key, answer, cause) -> counts.evictions.increment())
                .build();
        rejected = bounded(settings.rejectedTime(), settings, nanos).build();
    }

    private static Caffeine<Object, Object> bounded(Duration time, IntrospectionSettings settings, LongSupplier nanos) {
        return Caffeine.newBuilder()
                .maximumSize(settings.cacheSize())
                .expireAfterWrite(time)
                .ticker(nanos::getAsLong)
                // Housekeeping by whoever calls, so that there is no other thread to stop.
                .executor(Runnable::run);
    }

    /** New bounds, for what is in it too. No time at all keeps nothing. */
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

    /** By two clocks: the time it is kept runs evenly; when the token expires, the calendar says. */
    Optional<Claimed> find(TokenKey key) {
        Optional<Claimed> found = Optional.ofNullable(answers.getIfPresent(key));
        if (found.isPresent() && !found.get().expiry().allowsKeeping(clock.instant())) {
            answers.asMap().remove(key, found.get());
            return Optional.empty();
        }
        return found;
    }

    /** The answer to the request that is under way, or else to a new one. Never completes exceptionally. */
    CompletableFuture<IntrospectionAnswer> join(
            TokenKey key, Supplier<CompletableFuture<IntrospectionAnswer>> request) {
        CompletableFuture<IntrospectionAnswer> mine = new CompletableFuture<>();
        Optional<CompletableFuture<IntrospectionAnswer>> others = Optional.ofNullable(underWay.putIfAbsent(key, mine));
        if (others.isPresent()) {
            return others.get();
        }
        // One may have been answered between our look into the cache and our turn. It is not kept anew: that would
        // prolong it.
        Optional<Claimed> meanwhile = find(key);
        if (meanwhile.isPresent()) {
            tell(key, mine, meanwhile.get());
            return mine;
        }
        try {
            request.get()
                    .whenComplete((answer, failure) -> settle(key, mine, failure == null ? answer : unusable(failure)));
        } catch (RuntimeException | Error broken) {
            // Otherwise everybody who asks about this token would wait for a request that was never made.
            tell(key, mine, unusable(broken));
            throw broken;
        }
        return mine;
    }

    /** Kept first, then no longer under way, then told: whoever comes later finds the one or the other. */
    private void settle(TokenKey key, CompletableFuture<IntrospectionAnswer> mine, IntrospectionAnswer answer) {
        if (answer instanceof Claimed claimed && claimed.expiry().allowsKeeping(clock.instant())) {
            answers.put(key, claimed);
        } else if (answer instanceof NotClaimed not && not.reason() == NotClaimed.Reason.INACTIVE) {
            rejected.put(key, not);
        }
        tell(key, mine, answer);
    }

    private void tell(TokenKey key, CompletableFuture<IntrospectionAnswer> mine, IntrospectionAnswer answer) {
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

    /** No tokens, no answers. */
    @Override
    public String toString() {
        return size() + " answers";
    }
}
