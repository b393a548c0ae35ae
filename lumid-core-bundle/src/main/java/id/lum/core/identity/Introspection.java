package id.lum.core.identity;

import static java.util.Objects.requireNonNull;

import id.lum.core.identity.IntrospectionAnswer.Active;
import id.lum.core.identity.IntrospectionAnswer.Rejected;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.support.http.BoundedHttp;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
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
 * under the settings they began with. It fails closed: if lum.id gives no usable answer, the call is rejected with 503.
 */
public final class Introspection implements Stoppable {
    private static final String PRINCIPAL_TYPE = "user";

    // A request ends at its deadline by itself, and releases its permit before its callers are notified. The callers'
    // own timeout is longer, so that the next call finds the permit free.
    private static final Duration BACKSTOP = Duration.ofMillis(500);

    /**
     * What a call works with from beginning to end. A call that began before a change of server or client keeps filling
     * caches that no later call reads.
     */
    private record State(
            IntrospectionSettings settings, TokenCache tokens, EmailCache emails, ConcurrencyLimit requests) {
        State with(IntrospectionSettings changed) {
            return new State(changed, tokens, emails, requests);
        }

        State with(TokenCache fresh) {
            return new State(settings, fresh, emails, requests);
        }
    }

    private final Clock clock;
    private final LongSupplier nanos;
    private final EmailMemory memory;
    private final CacheCounters metrics = new CacheCounters();
    private final BoundedHttp http =
            new BoundedHttp("lum.id introspection", IntrospectionSettings.MAX_REQUESTS_IN_FLIGHT);
    private final IntrospectionClient client;

    // Empty once closed.
    private final AtomicReference<Optional<State>> state;

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
            client = new IntrospectionClient(http, clock, metrics, nanos);
            state = new AtomicReference<>(Optional.of(startingWith(settings)));
        } catch (RuntimeException | Error failed) {
            // The caller gets no object to close, and its threads would stay.
            http.close();
            throw failed;
        }
    }

    private State startingWith(IntrospectionSettings settings) {
        EmailCache emails = new EmailCache(nanos, memory.emailsOf(settings.authority()));
        return new State(settings, emptyCache(settings), emails, new ConcurrencyLimit());
    }

    private TokenCache emptyCache(IntrospectionSettings settings) {
        return new TokenCache(settings, clock, nanos, metrics);
    }

    /**
     * Resolves a token: from the cache, or by asking lum.id, or by waiting for the answer that somebody else's call
     * about the same token is about to bring.
     *
     * @param bearer the token as it came, without the word {@code Bearer}
     * @return the principal; empty if lum.id does not call the token active, or it cannot be a token
     * @throws HookRejection with 503 if lum.id gives no usable answer in time, too many requests are under way, or this
     *     is closed
     */
    public Optional<PrincipalContext> resolve(String bearer) {
        State now = state.get().orElseThrow(Introspection::unavailable);
        return BearerCandidate.of(bearer)
                .flatMap(token -> introspect(now, token))
                .map(active -> remembered(now, active))
                .map(active -> principal(now.settings(), active));
    }

    private Optional<Active> introspect(State now, BearerCandidate token) {
        TokenKey key = token.key();
        Optional<Active> kept = now.tokens().find(key);
        if (kept.isPresent()) {
            metrics.hits.increment();
            return kept;
        }
        if (now.tokens().isRejected(key)) {
            metrics.hits.increment();
            return Optional.empty();
        }
        metrics.misses.increment();
        IntrospectionAnswer answer =
                await(now, now.tokens().join(key, () -> client.ask(token, now.settings(), now.requests())));
        if (answer instanceof Active active) {
            return Optional.of(active);
        }
        if (answer instanceof Rejected) {
            return Optional.empty();
        }
        throw unavailable();
    }

    private static IntrospectionAnswer await(State now, CompletableFuture<IntrospectionAnswer> answer) {
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

    private static Active remembered(State now, Active active) {
        active.email().ifPresent(email -> now.emails().remember(active.sub(), email));
        return active;
    }

    private static PrincipalContext principal(IntrospectionSettings settings, Active active) {
        return new PrincipalContext(active.sub(), settings.orgId(), active.sub(), PRINCIPAL_TYPE, active.scopes());
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
        return state.get().map(now -> now.settings().orgId());
    }

    /**
     * The e-mail address of somebody whose token was resolved within the last 24 hours. Personal data: not for a log.
     *
     * @param sub the principal's id
     * @return the address; empty if it is not known, or this is closed
     */
    public Optional<String> emailOf(String sub) {
        return state.get().flatMap(now -> now.emails().emailOf(sub));
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
        State now = state.get().orElseThrow(Introspection::unavailable);
        return principal.orgId().equals(now.settings().orgId())
                ? now.emails().emailOf(principal.principalId())
                : Optional.empty();
    }

    /**
     * Applies other settings. Calls that begin after this has returned go by them, and so do answers that are kept
     * already. Another server or another client id begins with empty caches, and what was asked before gets into
     * neither.
     *
     * @param settings where and how to ask from now on
     * @throws IllegalStateException if this is closed
     */
    public synchronized void reconfigure(IntrospectionSettings settings) {
        State now = state.get().orElseThrow(() -> new IllegalStateException("The introspection is closed."));
        if (now.settings().sharesAnswersWith(settings)) {
            now.tokens().resize(settings);
            state.set(Optional.of(now.with(settings)));
        } else {
            state.set(Optional.of(startingWith(settings)));
        }
        client.settingsChanged();
    }

    /**
     * Clears the cache of answers, so that a token revoked a moment ago is refused now. An answer that is still on its
     * way is not kept either. E-mail addresses stay.
     *
     * @return how many answers there were
     */
    public synchronized long clearCache() {
        Optional<State> now = state.get();
        now.ifPresent(old -> state.set(Optional.of(old.with(emptyCache(old.settings())))));
        return now.map(old -> old.tokens().size() + old.tokens().rejected()).orElse(0L);
    }

    /**
     * Metrics for an operator.
     *
     * @return the metrics now; nothing is cached, in flight or remembered once this is closed
     */
    public IntrospectionMetrics metrics() {
        Optional<State> now = state.get();
        return new IntrospectionMetrics(
                metrics.hits.sum(),
                metrics.misses.sum(),
                now.map(some -> some.tokens().size()).orElse(0L),
                now.map(some -> some.tokens().rejected()).orElse(0L),
                metrics.evictions.sum(),
                now.map(some -> some.requests().taken()).orElse(0),
                metrics.failures.sum(),
                metrics.refusedCalls.sum(),
                now.map(some -> some.emails().size()).orElse(0));
    }

    /** Ends requests under way. Waiting and later calls get 503. */
    @Override
    public synchronized void close(StopDeadline deadline) {
        state.set(Optional.empty());
        http.close(deadline);
    }

    /** Settings and metrics, without secrets, tokens and addresses. */
    @Override
    public String toString() {
        return "introspection, "
                + state.get().map(now -> now.settings().toString()).orElse("closed") + ", " + metrics();
    }
}
