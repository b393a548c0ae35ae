package id.lum.core.identity;

import id.lum.support.config.Url;
import id.lum.support.config.Whole;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of the configuration {@code id.lum.core}. */
@ObjectClassDefinition(
        id = CoreConfiguration.PID,
        name = "lum.id core",
        description = "Where bearer tokens are introspected, and how long an answer is good for.")
public @interface CoreConfiguration {
    /** The PID. */
    String PID = "id.lum.core";

    @AttributeDefinition(
            name = "Base URL",
            description = "Where lum.id is: https, or http with a loopback host or one that is allowed by name.",
            required = false)
    @Url
    String base_url() default "https://lum.id";

    @AttributeDefinition(
            name = "Organisation",
            description = "The organisation that every principal is given.",
            required = false)
    String org_id() default "lumid";

    @AttributeDefinition(
            name = "Client id",
            description =
                    "How to authenticate at the introspection endpoint. Set together with the client secret, or not at"
                            + " all.",
            required = false)
    String client_id();

    @AttributeDefinition(
            name = "Client secret",
            description = "The secret of the client id.",
            required = false,
            type = AttributeType.PASSWORD)
    String _client_secret();

    // At most a day: with a longer time a revoked token would stay valid for days.
    @AttributeDefinition(
            name = "Cache time in seconds",
            description =
                    "How long an answer is good for, though never longer than its token. 0 switches the cache off.",
            required = false)
    @Whole(min = 0, max = 24 * 60 * 60, unit = "seconds")
    String cache_seconds() default "60";

    @AttributeDefinition(name = "Cache size", description = "How many answers are kept at most.", required = false)
    @Whole(min = 1, max = 1_000_000, unit = "answers")
    String cache_size() default "10000";

    // Longer, and a token issued a moment after somebody tried it would seem broken.
    @AttributeDefinition(
            name = "Cache time of rejected tokens in seconds",
            description = "How long a token that lum.id calls inactive is refused unasked, at most 60. 0: not at all.",
            required = false)
    @Whole(min = 0, max = 60, unit = "seconds")
    String cache_rejected_seconds() default "0";

    // Longer, and callers would hold their host's threads for the sake of a server that is gone.
    @AttributeDefinition(
            name = "Request timeout in milliseconds",
            description = "How long a whole exchange with lum.id may take, headers and body.",
            required = false)
    @Whole(min = 1, max = 60_000, unit = "milliseconds")
    String request_timeout_ms() default "3000";

    @AttributeDefinition(
            name = "Requests in flight",
            description = "How many requests may be under way at once; one more token is answered 503.",
            required = false)
    @Whole(min = 1, max = IntrospectionSettings.MAX_REQUESTS_IN_FLIGHT, unit = "requests")
    String requests_in_flight() default "64";

    @AttributeDefinition(
            name = "Hosts allowed with http",
            description =
                    "Names of hosts, separated by commas, that may be reached without TLS besides the loopback ones.",
            required = false)
    String allow_http_hosts();
}
