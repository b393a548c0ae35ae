package id.lum.core.internal;

import id.lum.core.identity.IntrospectionSettings;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What an operator can set, for tools that show it. The text is read by {@link IntrospectionSettings}. */
@ObjectClassDefinition(
        id = CoreOwner.PID,
        name = "lum.id core",
        description = "Where bearer tokens are introspected, and how long an answer is good for.")
interface CoreConfiguration {
    @AttributeDefinition(
            name = "Base URL",
            description = "Where lum.id is: https, or http with a loopback host or one that is allowed by name.",
            required = false,
            defaultValue = IntrospectionSettings.BASE_URL_DEFAULT)
    String base_url();

    @AttributeDefinition(
            name = "Organisation",
            description = "The organisation that every principal is given.",
            required = false,
            defaultValue = IntrospectionSettings.ORG_ID_DEFAULT)
    String org_id();

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

    @AttributeDefinition(
            name = "Cache time in seconds",
            description =
                    "How long an answer is good for, though never longer than its token. 0 switches the cache off.",
            required = false,
            defaultValue = IntrospectionSettings.CACHE_SECONDS_DEFAULT)
    String cache_seconds();

    @AttributeDefinition(
            name = "Cache size",
            description = "How many answers are kept at most.",
            required = false,
            defaultValue = IntrospectionSettings.CACHE_SIZE_DEFAULT)
    String cache_size();

    @AttributeDefinition(
            name = "Cache time of rejected tokens in seconds",
            description = "How long a token that lum.id calls inactive is refused unasked, at most 60. 0: not at all.",
            required = false,
            defaultValue = IntrospectionSettings.CACHE_REJECTED_SECONDS_DEFAULT)
    String cache_rejected_seconds();

    @AttributeDefinition(
            name = "Request timeout in milliseconds",
            description = "How long a whole exchange with lum.id may take, headers and body.",
            required = false,
            defaultValue = IntrospectionSettings.REQUEST_TIMEOUT_DEFAULT)
    String request_timeout_ms();

    @AttributeDefinition(
            name = "Requests in flight",
            description = "How many requests may be under way at once; one more token is answered 503.",
            required = false,
            defaultValue = IntrospectionSettings.REQUESTS_IN_FLIGHT_DEFAULT)
    String requests_in_flight();

    @AttributeDefinition(
            name = "Hosts allowed with http",
            description =
                    "Names of hosts, separated by commas, that may be reached without TLS besides the loopback ones.",
            required = false)
    String allow_http_hosts();
}
