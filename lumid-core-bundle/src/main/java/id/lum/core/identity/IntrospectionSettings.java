package id.lum.core.identity;

import static java.util.Objects.requireNonNull;

import id.lum.support.config.SettingRefused;
import id.lum.support.config.Settings;
import id.lum.support.http.AllowedUrls;
import id.lum.support.http.HeaderValues;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Where and how tokens are introspected, checked.
 *
 * @param baseUrl where lum.id is, without a trailing slash
 * @param orgId the organisation that every principal is given
 * @param client who asks, if the endpoint wants to know
 * @param cacheTime how long an answer is good for; zero for not at all
 * @param cacheSize how many answers are kept at most
 * @param rejectedTime how long a token is refused unasked that lum.id called inactive; zero for not at all
 * @param requestTimeout how long a whole exchange may take, headers and body
 * @param requestsInFlight how many requests may be under way at once
 */
public record IntrospectionSettings(
        URI baseUrl,
        String orgId,
        Optional<ClientCredentials> client,
        Duration cacheTime,
        int cacheSize,
        Duration rejectedTime,
        Duration requestTimeout,
        int requestsInFlight) {

    /** What {@code base.url} is when missing or empty. */
    public static final String BASE_URL_DEFAULT = "https://lum.id";

    /** What {@code org.id} is when missing or empty. */
    public static final String ORG_ID_DEFAULT = "lumid";

    /** What {@code cache.seconds} is when missing or empty. */
    public static final String CACHE_SECONDS_DEFAULT = "60";

    /** What {@code cache.size} is when missing or empty. */
    public static final String CACHE_SIZE_DEFAULT = "10000";

    /** What {@code cache.rejected.seconds} is when missing or empty. */
    public static final String CACHE_REJECTED_SECONDS_DEFAULT = "0";

    /** What {@code request.timeout.ms} is when missing or empty. */
    public static final String REQUEST_TIMEOUT_DEFAULT = "3000";

    /** What {@code requests.in.flight} is when missing or empty. */
    public static final String REQUESTS_IN_FLIGHT_DEFAULT = "64";

    /** The properties that are read here. */
    public static final Set<String> KNOWN = Set.of(
            "base.url",
            "org.id",
            "client.id",
            ".client.secret",
            "cache.seconds",
            "cache.size",
            "cache.rejected.seconds",
            "request.timeout.ms",
            "requests.in.flight",
            "allow.http.hosts");

    /** With a longer time a revoked token would stay valid for days. */
    private static final long MAX_CACHE_SECONDS = Duration.ofDays(1).toSeconds();

    /** Longer, and a token issued a moment after somebody tried it would seem broken. */
    private static final long MAX_CACHE_REJECTED_SECONDS = 60;

    /** Longer, and callers would hold their host's threads for the sake of a server that is gone. */
    private static final long MAX_TIMEOUT = Duration.ofMinutes(1).toMillis();

    static final int MAX_REQUESTS_IN_FLIGHT = 1024;

    public IntrospectionSettings {
        requireNonNull(baseUrl, "baseUrl");
        requireNonNull(orgId, "orgId");
        requireNonNull(client, "client");
        requireNonNull(cacheTime, "cacheTime");
        requireNonNull(rejectedTime, "rejectedTime");
        requireNonNull(requestTimeout, "requestTimeout");
    }

    /**
     * Reads them.
     *
     * @param settings the configuration
     * @return the settings
     * @throws SettingRefused if any of it is wrong
     */
    public static IntrospectionSettings parse(Settings settings) {
        AllowedUrls allowed = AllowedUrls.listed(settings, "allow.http.hosts");
        return new IntrospectionSettings(
                allowed.read(settings, "base.url").orElseGet(() -> URI.create(BASE_URL_DEFAULT)),
                settings.text("org.id").orElse(ORG_ID_DEFAULT),
                client(settings),
                Duration.ofSeconds(
                        number(settings, "cache.seconds", CACHE_SECONDS_DEFAULT, 0, MAX_CACHE_SECONDS, "seconds")),
                (int) number(settings, "cache.size", CACHE_SIZE_DEFAULT, 1, 1_000_000, "answers"),
                Duration.ofSeconds(number(
                        settings,
                        "cache.rejected.seconds",
                        CACHE_REJECTED_SECONDS_DEFAULT,
                        0,
                        MAX_CACHE_REJECTED_SECONDS,
                        "seconds")),
                Duration.ofMillis(number(
                        settings, "request.timeout.ms", REQUEST_TIMEOUT_DEFAULT, 1, MAX_TIMEOUT, "milliseconds")),
                (int) number(
                        settings,
                        "requests.in.flight",
                        REQUESTS_IN_FLIGHT_DEFAULT,
                        1,
                        MAX_REQUESTS_IN_FLIGHT,
                        "requests"));
    }

    private static long number(
            Settings settings, String property, String fallback, long least, long most, String unit) {
        return settings.number(property, Long.parseLong(fallback), least, most, unit);
    }

    private static Optional<ClientCredentials> client(Settings settings) {
        Optional<String> id = settings.text("client.id");
        Optional<String> secret = settings.text(".client.secret");
        if (id.isPresent() != secret.isPresent()) {
            String missing = id.isPresent() ? ".client.secret" : "client.id";
            throw settings.refuse(missing, "must be set, because client.id and .client.secret go together");
        }
        requireLegal(settings, "client.id", id);
        requireLegal(settings, ".client.secret", secret);
        return id.map(known -> new ClientCredentials(known, secret.get()));
    }

    private static void requireLegal(Settings settings, String property, Optional<String> text) {
        if (!text.map(HeaderValues::isLegal).orElse(true)) {
            throw settings.refuse(property, "must consist of characters that an HTTP header may hold");
        }
    }

    /**
     * Whether answers obtained under these settings mean the same under others: same server, same client. A new secret
     * of the same client changes no answer.
     */
    boolean sharesAnswersWith(IntrospectionSettings other) {
        return authority().equals(other.authority());
    }

    /** Names the server and the client that asks it. */
    String authority() {
        return client.map(known -> known.id() + " at " + baseUrl).orElseGet(baseUrl::toString);
    }

    /** RFC 7662 leaves the path open; this is where lum.id has it. */
    URI endpoint() {
        return URI.create(baseUrl + "/oauth/introspect");
    }
}
