package id.lum.core.identity;

import static java.util.Objects.requireNonNull;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.Setting;
import id.lum.support.config.SettingRefused;
import id.lum.support.http.AllowedUrls;
import id.lum.support.http.HeaderValues;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

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
     * @throws SettingRefused naming every value that is wrong
     */
    public static IntrospectionSettings parse(DeclaredSettings<CoreConfiguration> settings) {
        Optional<URI> baseUrl = AllowedUrls.listed(settings, CoreConfiguration::allow_http_hosts)
                .read(settings, CoreConfiguration::base_url);
        Optional<String> orgId = settings.text(CoreConfiguration::org_id);
        Optional<ClientCredentials> client = client(settings);
        Duration cacheTime = Duration.ofSeconds(settings.number(CoreConfiguration::cache_seconds));
        int cacheSize = (int) settings.number(CoreConfiguration::cache_size);
        Duration rejectedTime = Duration.ofSeconds(settings.number(CoreConfiguration::cache_rejected_seconds));
        Duration requestTimeout = Duration.ofMillis(settings.number(CoreConfiguration::request_timeout_ms));
        int requestsInFlight = (int) settings.number(CoreConfiguration::requests_in_flight);
        settings.throwIfRefused();
        return new IntrospectionSettings(
                baseUrl.orElseThrow(),
                orgId.orElseThrow(),
                client,
                cacheTime,
                cacheSize,
                rejectedTime,
                requestTimeout,
                requestsInFlight);
    }

    private static Optional<ClientCredentials> client(DeclaredSettings<CoreConfiguration> settings) {
        Optional<String> id = HeaderValues.read(settings, CoreConfiguration::client_id);
        Optional<String> secret = HeaderValues.read(settings, CoreConfiguration::_client_secret);
        if (id.isPresent() != secret.isPresent()) {
            Setting<CoreConfiguration> missing =
                    id.isPresent() ? CoreConfiguration::_client_secret : CoreConfiguration::client_id;
            settings.refuse(missing, "must be set, because client.id and .client.secret go together");
        }
        return id.flatMap(known -> secret.map(its -> new ClientCredentials(known, its)));
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
