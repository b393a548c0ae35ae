package id.lum.core.identity;

import id.lum.core.http.BoundedContent;
import id.lum.core.http.BoundedHttp;
import id.lum.core.http.HttpRequest;
import id.lum.core.http.HttpResponse;
import id.lum.core.http.Redaction;
import id.lum.core.http.Throttle;
import id.lum.core.identity.IntrospectionAnswer.Claimed;
import id.lum.core.identity.IntrospectionAnswer.NotClaimed;
import id.lum.core.identity.IntrospectionAnswer.Unusable;
import id.lum.hooks.Printable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks lum.id about tokens (RFC 7662), and logs what is wrong with its answers. Neither tokens nor the client's secret
 * get into the log; nor do exceptions, which may quote either.
 */
final class IntrospectionClient {
    private static final Logger LOG = LoggerFactory.getLogger(IntrospectionClient.class);

    private final BoundedHttp http;
    private final Clock clock;
    private final Counts counts;
    private final Throttle turnedAwayLines;
    private final AnswerReader reader = new AnswerReader();

    IntrospectionClient(BoundedHttp http, Clock clock, Counts counts, Throttle turnedAwayLines) {
        this.http = http;
        this.clock = clock;
        this.counts = counts;
        this.turnedAwayLines = turnedAwayLines;
    }

    /** Returns at once. Whatever fails comes as an unusable answer, within the request timeout. */
    CompletableFuture<IntrospectionAnswer> ask(Bearer bearer, IntrospectionSettings settings, Slots slots) {
        if (!slots.take(settings.requestsInFlight())) {
            return CompletableFuture.completedFuture(turnedAway(settings));
        }
        CompletableFuture<HttpResponse> reply;
        try {
            reply = http.send(request(bearer, settings), settings.requestTimeout(), AnswerReader.MOST);
        } catch (RuntimeException | Error broken) {
            slots.giveBack();
            throw broken;
        }
        return reply.handle((response, failure) -> {
            slots.giveBack();
            return checked(
                    settings,
                    failure == null
                            ? read(response, bearer, settings)
                            : new Unusable(Redaction.of(failure, secrets(bearer, settings))));
        });
    }

    private static HttpRequest request(Bearer bearer, IntrospectionSettings settings) {
        byte[] form = ("token=" + URLEncoder.encode(bearer.token(), StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.US_ASCII);
        HttpRequest request = HttpRequest.post(settings.endpoint(), "application/x-www-form-urlencoded", form)
                .header("Accept", "application/json")
                .repeatableAsItIs();
        return settings.client()
                .map(client -> request.header("Authorization", client.authorization()))
                .orElse(request);
    }

    private IntrospectionAnswer read(HttpResponse response, Bearer bearer, IntrospectionSettings settings) {
        BoundedContent content = response.body();
        if (response.status() != 200) {
            return new Unusable("status " + response.status() + ", " + content.printable(secrets(bearer, settings)));
        }
        return content.cutShort()
                ? new Unusable("status 200, the answer is longer than " + AnswerReader.MOST + " bytes")
                : reader.read(content.bytes());
    }

    private static List<String> secrets(Bearer bearer, IntrospectionSettings settings) {
        List<String> secrets = new ArrayList<>(List.of(bearer.token()));
        settings.client().ifPresent(client -> secrets.addAll(List.of(client.secret(), client.authorization())));
        return secrets;
    }

    private IntrospectionAnswer turnedAway(IntrospectionSettings settings) {
        counts.turnedAway.increment();
        if (turnedAwayLines.passes()) {
            LOG.warn(
                    "lum.id at {}: {} requests are under way, as many as requests.in.flight allows; tokens are not"
                            + " resolved for now. {} calls met this so far.",
                    settings.baseUrl(),
                    settings.requestsInFlight(),
                    counts.turnedAway.sum());
        }
        return new Unusable("too many requests are under way");
    }

    private IntrospectionAnswer checked(IntrospectionSettings settings, IntrospectionAnswer answer) {
        if (answer instanceof Unusable unusable) {
            counts.failures.increment();
            LOG.warn("lum.id at {}: {}.", settings.baseUrl(), unusable.reason());
        } else if (answer.equals(new NotClaimed(NotClaimed.Reason.NO_SUBJECT))) {
            LOG.warn(
                    "lum.id at {} calls a token active and does not say whose it is. It is not accepted.",
                    settings.baseUrl());
        } else if (answer instanceof Claimed claimed && claimed.expiry() instanceof Expiry.At expiry) {
            return unlessPast(settings, claimed, expiry);
        }
        return answer;
    }

    private IntrospectionAnswer unlessPast(IntrospectionSettings settings, Claimed claimed, Expiry.At expiry) {
        Instant now = clock.instant();
        if (!expiry.isPast(now)) {
            return claimed;
        }
        LOG.warn(
                "lum.id at {} calls a token of {} active by its clock; it expired at {} and the clock here says {}. It is"
                        + " not accepted. One of the two clocks may be wrong.",
                settings.baseUrl(),
                Printable.of(claimed.sub()),
                expiry.instant(),
                now);
        return new NotClaimed(NotClaimed.Reason.EXPIRED);
    }
}
