package id.lum.core.identity;

import id.lum.core.identity.IntrospectionAnswer.Active;
import id.lum.core.identity.IntrospectionAnswer.Rejected;
import id.lum.core.identity.IntrospectionAnswer.Unusable;
import id.lum.hooks.LogSafe;
import id.lum.support.http.BoundedContent;
import id.lum.support.http.BoundedHttp;
import id.lum.support.http.HttpFailure;
import id.lum.support.http.HttpFailure.Kind;
import id.lum.support.http.HttpRequest;
import id.lum.support.http.HttpResponse;
import id.lum.support.http.Redaction;
import id.lum.support.log.LogRateLimiter;
import id.lum.support.log.OutageLog;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks lum.id about tokens (RFC 7662), and logs what is wrong with its answers. Neither tokens nor the client's secret
 * get into the log; nor do exceptions, which may quote either.
 */
final class IntrospectionClient {
    private static final Logger LOG = LoggerFactory.getLogger(IntrospectionClient.class);

    /** A stranger's token may be what causes a line. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private static final Duration PAUSE_OF_EXPIRY_LINES = Duration.ofHours(1);

    private final BoundedHttp http;
    private final Clock clock;
    private final CacheCounters metrics;
    private final LongSupplier nanos;
    private volatile OutageLog outages;
    private final LogRateLimiter refusedCallLines;
    private final LogRateLimiter subjectLines;
    private final LogRateLimiter clockLines;
    private final LogRateLimiter expiryLines;
    private final AnswerReader reader = new AnswerReader();

    IntrospectionClient(BoundedHttp http, Clock clock, CacheCounters metrics, LongSupplier nanos) {
        this.http = http;
        this.clock = clock;
        this.metrics = metrics;
        this.nanos = nanos;
        outages = new OutageLog(LOG, nanos);
        refusedCallLines = new LogRateLimiter(nanos, PAUSE);
        subjectLines = new LogRateLimiter(nanos, PAUSE);
        clockLines = new LogRateLimiter(nanos, PAUSE);
        expiryLines = new LogRateLimiter(nanos, PAUSE_OF_EXPIRY_LINES);
    }

    /** Calls that began before tell of their failures apart: they say nothing about the new settings. */
    void settingsChanged() {
        outages = new OutageLog(LOG, nanos);
    }

    /** Returns at once. Whatever fails comes as an unusable answer, within the request timeout. */
    CompletableFuture<IntrospectionAnswer> ask(
            BearerCandidate bearer, IntrospectionSettings settings, ConcurrencyLimit requests) {
        if (!requests.tryAcquire(settings.requestsInFlight())) {
            return CompletableFuture.completedFuture(refuseCall(settings));
        }
        OutageLog log = outages;
        CompletableFuture<HttpResponse> reply;
        try {
            reply = http.send(request(bearer, settings), settings.requestTimeout(), AnswerReader.MAX_BYTES);
        } catch (RuntimeException | Error broken) {
            requests.release();
            throw broken;
        }
        return reply.handle((response, failure) -> {
            requests.release();
            return checked(settings, meaning(response, failure, bearer, settings), log);
        });
    }

    private IntrospectionAnswer meaning(
            HttpResponse response, Throwable failure, BearerCandidate bearer, IntrospectionSettings settings) {
        try {
            return failure == null ? read(response, bearer, settings) : unusable(failure, bearer, settings);
        } catch (RuntimeException | Error broken) {
            // It is a failure like any other, to be counted and logged.
            return new Unusable("internal error", "the answer could not be read: " + broken.getClass());
        }
    }

    private static Unusable unusable(Throwable failure, BearerCandidate bearer, IntrospectionSettings settings) {
        String cause = failure instanceof HttpFailure known ? known.kind().phrase() : "internal error";
        return new Unusable(cause, Redaction.of(failure, secrets(bearer, settings)));
    }

    private static HttpRequest request(BearerCandidate bearer, IntrospectionSettings settings) {
        byte[] form = ("token=" + URLEncoder.encode(bearer.token(), StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.US_ASCII);
        HttpRequest request = HttpRequest.post(settings.endpoint(), "application/x-www-form-urlencoded", form)
                .header("Accept", "application/json")
                .asIdempotent();
        return settings.client()
                .map(client -> request.header("Authorization", client.authorization()))
                .orElse(request);
    }

    private IntrospectionAnswer read(HttpResponse response, BearerCandidate bearer, IntrospectionSettings settings) {
        BoundedContent content = response.body();
        if (response.status() != 200) {
            String status = "status " + response.status() + (response.status() == 407 ? " of a proxy" : "");
            return new Unusable(status, status + ", " + content.printable(secrets(bearer, settings)));
        }
        return content.truncated()
                ? new Unusable("status 200, the answer is longer than " + AnswerReader.MAX_BYTES + " bytes")
                : reader.read(content.bytes());
    }

    private static List<String> secrets(BearerCandidate bearer, IntrospectionSettings settings) {
        List<String> secrets = new ArrayList<>(List.of(bearer.token()));
        settings.client().ifPresent(client -> secrets.addAll(List.of(client.secret(), client.authorization())));
        return secrets;
    }

    private IntrospectionAnswer refuseCall(IntrospectionSettings settings) {
        metrics.refusedCalls.increment();
        if (refusedCallLines.tryAcquire()) {
            LOG.warn(
                    "lum.id at {}: {} requests are under way, as many as requests.in.flight allows; tokens are not"
                            + " resolved for now. {} calls were refused so far.",
                    settings.baseUrl(),
                    settings.requestsInFlight(),
                    metrics.refusedCalls.sum());
        }
        return new Unusable("too many requests are under way");
    }

    private IntrospectionAnswer checked(IntrospectionSettings settings, IntrospectionAnswer answer, OutageLog log) {
        String service = "lum.id at " + settings.baseUrl();
        if (answer instanceof Unusable unusable) {
            if (!unusable.cause().equals(Kind.CLOSED.phrase())) {
                metrics.failures.increment();
                log.failed(service, unusable.cause(), unusable.reason());
            }
            return answer;
        }
        log.succeeded(service);
        if (answer instanceof Active active) {
            return checked(settings, active);
        }
        if (answer.equals(new Rejected(Rejected.Reason.NO_SUBJECT)) && subjectLines.tryAcquire()) {
            LOG.warn("{} calls a token active and does not say whose it is. It is not accepted.", service);
        }
        return answer;
    }

    private IntrospectionAnswer checked(IntrospectionSettings settings, Active active) {
        if (active.expiry() instanceof Expiry.Unreadable && expiryLines.tryAcquire()) {
            LOG.warn(
                    "lum.id at {} answers with an exp that is no number of seconds before the year 10000. Such answers"
                            + " are not cached.",
                    settings.baseUrl());
        }
        return active.expiry() instanceof Expiry.At expiry ? unlessPast(settings, active, expiry) : active;
    }

    private IntrospectionAnswer unlessPast(IntrospectionSettings settings, Active active, Expiry.At expiry) {
        Instant now = clock.instant();
        if (!expiry.isPast(now)) {
            return active;
        }
        if (clockLines.tryAcquire()) {
            LOG.warn(
                    "lum.id at {} calls a token of {} active by its clock; it expired at {} and the clock here says {}."
                            + " It is not accepted. One of the two clocks may be wrong.",
                    settings.baseUrl(),
                    LogSafe.of(active.sub()),
                    expiry.instant(),
                    now);
        }
        return new Rejected(Rejected.Reason.EXPIRED);
    }
}
