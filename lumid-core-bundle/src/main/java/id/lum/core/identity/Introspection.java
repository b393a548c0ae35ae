package id.lum.core.identity;

import static java.util.Objects.requireNonNull;

import id.lum.core.identity.IntrospectionAnswer.Claimed;
import id.lum.core.identity.IntrospectionAnswer.NotClaimed;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.support.config.StopDeadline;
import id.lum.support.config.Stoppable;
import id.lum.support.http.BoundedHttp;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Knows whom a bearer token belongs to, by asking lum.id, and remembers it for a while.
 *
 * <p>One instance serves every host and outlives every change of its settings; calls in flight during a change finish
 * under the settings they began with. Failures close the door: whatever keeps lum.id from answering is a 503.
 */
public final class Introspection implements Stoppable {
    private static final String PRINCIPAL_TYPE = "user";

    // A request ends at its deadline by itself, and has given its slot back before its callers hear of it. Were their
    // own bound as tight, the next call could find the slot still taken.
    private static final Duration BACKSTOP = Duration.ofMillis(500);

    /**
     * What a call works with from beginning to end. A call that began before a change of server or client keeps filling
     * a cache and accounts that nobody else looks at any more.
     */
    private record Working(
            IntrospectionSettings settings, TokenCache tokens, EmailCache accounts, ConcurrencyLimit slots) {
        Working with(IntrospectionSettings changed) {
            return new Working(changed, tokens, accounts, slots);
        }

        Working with(TokenCache fresh) {
            return new Working(settings, fresh, accounts, slots);
        }
    }

    private final Clock clock;
    private final LongSupplier nanos;
    private final EmailMemory memory;
    private final CacheMetrics counts = new CacheMetrics();
    private final BoundedHttp http =
            new BoundedHttp("lum.id introspection", IntrospectionSettings.REQUESTS_IN_FLIGHT_MOST);
    private final IntrospectionClient client;

    // Empty once closed.
    private final AtomicReference<Optional<Working>> working;

    /**
     * Starts with these settings. No request is made before the first token comes.
     *
     * @param settings where and how to ask
     */
    public Introspection(IntrospectionSettings settings) {
        this(settings, authority -> new LinkedHashMap<>());
    }

    /**
     * Starts with these settings, and with whom an earlier introspection knew.
     *
     * @param settings where and how to ask
     * @param memory where e-mail addresses are kept
     */
    public Introspection(IntrospectionSettings settings, EmailMemory memory) {
        this(settings, memory, Clock.systemUTC(), System::nanoTime);
    }

    /**
     * Starts with these settings and clocks.
     *
     * @param settings where and how to ask
     * @param clock the calendar that a token's expiry is held against
     * @param nanos a time in nanoseconds that runs evenly, for everything that is kept for a while
     */
    public Introspection(IntrospectionSettings settings, Clock clock, LongSupplier nanos) {
        this(settings, authority -> new LinkedHashMap<>(), clock, nanos);
    }

    private Introspection(IntrospectionSettings settings, EmailMemory memory, Clock clock, LongSupplier nanos) {
        this.memory = requireNonNull(memory, "memory");
        this.clock = requireNonNull(clock, "clock");
        this.nanos = requireNonNull(nanos, "nanos");
        try {
            client = new IntrospectionClient(http, clock, counts, nanos);
            working = new AtomicReference<>(Optional.of(startingWith(settings)));
        } catch (RuntimeException | Error failed) {
            // Nobody gets hold of this object, and its threads would stay.
            http.close();
            throw failed;
        }
    }

    private Working startingWith(IntrospectionSettings settings) {
        EmailCache accounts = new EmailCache(nanos, memory.accountsOf(settings.authority()));
        return new Working(settings, emptyCache(settings), accounts, new ConcurrencyLimit());
    }

    private TokenCache emptyCache(IntrospectionSettings settings) {
        return new TokenCache(settings, clock, nanos, counts);
    }

    /**
     * Resolves a token: from the cache, or by asking lum.id, or by waiting for the answer that somebody else's call
     * about the same token is about to bring.
     *
     * @param bearer the token as it came, without the word {@code BearerCandidate}
     * @return the principal; empty if lum.id does not claim the token, or it cannot be one
     * @throws HookRejection with 503 if lum.id gives no usable answer in time, too many requests are under way, or this
     *     is closed
     */
    public Optional<PrincipalContext> resolve(String bearer) {
        Working now = working.get().orElseThrow(Introspection::unavailable);
        return BearerCandidate.of(bearer)
                .flatMap(token -> claim(now, token))
                .map(claimed -> remembered(now, claimed))
                .map(claimed -> principal(now.settings(), claimed));
    }

    private Optional<Claimed> claim(Working now, BearerCandidate token) {
        TokenKey key = token.key();
        Optional<Claimed> kept = now.tokens().find(key);
        if (kept.isPresent()) {
            counts.hits.increment();
            return kept;
        }
        if (now.tokens().isRejected(key)) {
            counts.hits.increment();
            return Optional.empty();
        }
        counts.misses.increment();
        IntrospectionAnswer answer =
                await(now, now.tokens().join(key, () -> client.ask(token, now.settings(), now.slots())));
        if (answer instanceof Claimed claimed) {
            return Optional.of(claimed);
        }
        if (answer instanceof NotClaimed) {
            return Optional.empty();
        }
        throw unavailable();
    }

    private static IntrospectionAnswer await(Working now, CompletableFuture<IntrospectionAnswer> answer) {
        try {
            return answer.get(now.settings().requestTimeout().plus(BACKSTOP).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            // The request goes on: others may be waiting for it.
            Thread.currentThread().interrupt();
            throw unavailable();
        } catch (TimeoutException | ExecutionException failed) {
            throw unavailable();
        }
    }

    private static Claimed remembered(Working now, Claimed claimed) {
        claimed.email().ifPresent(email -> now.accounts().remember(claimed.sub(), email));
        return claimed;
    }

    private static PrincipalContext principal(IntrospectionSettings settings, Claimed claimed) {
        return new PrincipalContext(claimed.sub(), settings.orgId(), claimed.sub(), PRINCIPAL_TYPE, claimed.scopes());
    }

    private static HookRejection unavailable() {
        return HookRejection.unavailable("Identity provider unavailable");
    }

    /**
     * The organisation that principals are given now.
     *
     * @return its id; empty if this is closed
     */
    public Optional<String> orgId() {
        return working.get().map(now -> now.settings().orgId());
    }

    /**
     * The e-mail address of somebody whose token was resolved within the last 24 hours. Personal data: not for a log.
     *
     * @param sub the principal's id
     * @return the address; empty if it is not known, or this is closed
     */
    public Optional<String> emailOf(String sub) {
        return working.get().flatMap(now -> now.accounts().emailOf(sub));
    }

    /**
     * The e-mail address of a principal of the configured organisation. Personal data: not for a log.
     *
     * @param principal who it is
     * @return the address; empty if the principal belongs to another organisation, or no token of the principal was
     *     resolved within the last 24 hours, or lum.id told no address
     * @throws HookRejection with 503 if this is closed, and so cannot tell
     */
    public Optional<String> emailOfMember(PrincipalContext principal) {
        Working now = working.get().orElseThrow(Introspection::unavailable);
        return principal.orgId().equals(now.settings().orgId())
                ? now.accounts().emailOf(principal.principalId())
                : Optional.empty();
    }

    /**
     * Applies other settings. Calls that begin after this has returned go by them, and so do answers that are kept
     * already. Another server or another client id begins with nothing in the cache and no accounts, and what was asked
     * before gets into neither.
     *
     * @param settings where and how to ask from now on
     * @throws IllegalStateException if this is closed
     */
    public synchronized void reconfigure(IntrospectionSettings settings) {
        Working now = working.get().orElseThrow(() -> new IllegalStateException("The introspection is closed."));
        if (now.settings().sharesAnswersWith(settings)) {
            now.tokens().resize(settings);
            working.set(Optional.of(now.with(settings)));
        } else {
            working.set(Optional.of(startingWith(settings)));
        }
        client.settingsChanged();
    }

    /**
     * Forgets every answer, so that a token revoked a moment ago is refused now. An answer that is still on its way is
     * not kept either. Accounts stay.
     *
     * @return how many answers there were
     */
    public synchronized long evict() {
        Optional<Working> now = working.get();
        now.ifPresent(old -> working.set(Optional.of(old.with(emptyCache(old.settings())))));
        return now.map(old -> old.tokens().size() + old.tokens().rejected()).orElse(0L);
    }

    /**
     * Figures for an operator.
     *
     * @return the figures now; nothing is cached, in flight or remembered once this is closed
     */
    public IntrospectionMetrics figures() {
        Optional<Working> now = working.get();
        return new IntrospectionMetrics(
                counts.hits.sum(),
                counts.misses.sum(),
                now.map(some -> some.tokens().size()).orElse(0L),
                now.map(some -> some.tokens().rejected()).orElse(0L),
                counts.evictions.sum(),
                now.map(some -> some.slots().taken()).orElse(0),
                counts.failures.sum(),
                counts.turnedAway.sum(),
                now.map(some -> some.accounts().size()).orElse(0));
    }

    /** Ends requests under way; whoever waits for one, or calls later, gets 503. */
    @Override
    public synchronized void close(StopDeadline deadline) {
        working.set(Optional.empty());
        http.close(deadline);
    }

    /** Settings and figures, without secrets, tokens and addresses. */
    @Override
    public String toString() {
        return "introspection, "
                + working.get().map(now -> now.settings().toString()).orElse("closed") + ", " + figures();
    }
}
