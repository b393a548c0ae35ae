package id.lum.support.http;

import id.lum.support.config.SettingRefused;
import id.lum.support.config.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which URLs a setting may name: {@code https://} ones, and {@code http://} ones whose host is this machine or allowed
 * by the operator. Tokens and secrets travel to them.
 *
 * @param httpHosts hosts that may be reached without TLS besides {@code localhost}, {@code 127.0.0.1} and {@code ::1};
 *     in lower case, an IPv6 address without brackets
 */
public record AllowedUrls(Set<String> httpHosts) {
    /** Without TLS this machine only. */
    public static final AllowedUrls LOOPBACK = new AllowedUrls(Set.of());

    // Only these literals: other notations of loopback addresses depend on the parser.
    private static final Set<String> LOOPBACK_HOSTS = Set.of("localhost", "127.0.0.1", "::1");

    private static final Pattern HOST =
            Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[?[0-9a-f.]*(:[0-9a-f.]*){2,}]?");

    /** A URL with one of these may carry a secret: a password, a token in a query. */
    private static final Pattern PRIVATE = Pattern.compile("[@?#]");

    /** The parts that are refused; RFC 3986 section 3 has them. */
    private static final Pattern NOT_PLAIN = Pattern.compile("[^!-~]|\\\\");

    public AllowedUrls {
        httpHosts = Set.copyOf(httpHosts);
    }

    /**
     * The hosts that an operator lists.
     *
     * @param settings the configuration
     * @param property the property that lists them, such as {@code allow.http.hosts}
     * @return the rule
     * @throws SettingRefused if one of them is no host
     */
    public static AllowedUrls listed(Settings settings, String property) {
        Set<String> hosts = settings.list(property).stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        if (!hosts.stream().allMatch(host -> HOST.matcher(host).matches())) {
            throw settings.refuse(property, "must list names of hosts, each without scheme, port and wildcard");
        }
        return new AllowedUrls(hosts.stream().map(AllowedUrls::withoutBrackets).collect(Collectors.toSet()));
    }

    /**
     * Reads a URL. A refusal does not show a value that holds user info, a query or a fragment.
     *
     * @param settings the configuration
     * @param property the property that holds it
     * @return the URL without trailing slashes; absent when missing or empty
     * @throws SettingRefused if it is none that is allowed
     */
    public Optional<URI> read(Settings settings, String property) {
        return text(settings, property).map(text -> {
            URI url = parsed(settings, property, text);
            if (url.getRawUserInfo() != null) {
                throw refuse(settings, property, text, "must have no user info");
            }
            requireScheme(settings, property, url, text);
            return url;
        });
    }

    private static Optional<String> text(Settings settings, String property) {
        try {
            return settings.text(property);
        } catch (SettingRefused refused) {
            // That refusal shows the value, which may be half a password beside a placeholder.
            throw PRIVATE.matcher(refused.getMessage()).find()
                    ? refuse(settings, property, "@", "must be one URL, with every placeholder in it resolved")
                    : refused;
        }
    }

    private static URI parsed(Settings settings, String property, String text) {
        if (NOT_PLAIN.matcher(text).find()) {
            throw refuse(settings, property, text, "must have no blank, backslash, control or non-ASCII character");
        }
        if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
            throw refuse(settings, property, text, "must have no query and no fragment");
        }
        URI url;
        try {
            url = new URI(text.replaceFirst("/+$", ""));
        } catch (URISyntaxException notAUrl) {
            throw refuse(settings, property, text, "must be a URL such as https://example.org");
        }
        if (url.getHost() == null) {
            throw refuse(
                    settings,
                    property,
                    text,
                    "must name a host, of letters, digits, hyphens and dots, and a valid port if any");
        }
        // An empty port is legal grammar and always a slip.
        if (url.getPort() == 0 || url.getPort() > 65535 || url.getRawAuthority().endsWith(":")) {
            throw refuse(settings, property, text, "must have a port from 1 to 65535, or none");
        }
        return url;
    }

    private void requireScheme(Settings settings, String property, URI url, String text) {
        boolean http = "http".equalsIgnoreCase(url.getScheme());
        if (!http && !"https".equalsIgnoreCase(url.getScheme())) {
            throw refuse(settings, property, text, "must begin with https://");
        }
        String host = withoutBrackets(url.getHost().toLowerCase(Locale.ROOT));
        if (http && !LOOPBACK_HOSTS.contains(host) && !httpHosts.contains(host)) {
            throw refuse(
                    settings,
                    property,
                    text,
                    "must begin with https://, because its host is neither localhost, 127.0.0.1 or [::1] nor allowed"
                            + " without TLS");
        }
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static SettingRefused refuse(Settings settings, String property, String text, String remedy) {
        return PRIVATE.matcher(text).find()
                ? new SettingRefused(settings.pid(), property, "(not shown)", remedy)
                : settings.refuse(property, remedy);
    }
}
