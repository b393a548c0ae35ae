package id.lum.support.http;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
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
 * @param unknown whether the list of these hosts is refused, so that no host can be refused for its absence
 */
public record AllowedUrls(Set<String> httpHosts, boolean unknown) {
    /** Without TLS this machine only. */
    public static final AllowedUrls LOOPBACK = new AllowedUrls(Set.of(), false);

    // Only these literals: other notations of loopback addresses depend on the parser.
    private static final Set<String> LOOPBACK_HOSTS = Set.of("localhost", "127.0.0.1", "::1");

    private static final Pattern HOST =
            Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[?[0-9a-f.]*(:[0-9a-f.]*){2,}]?");

    /** The parts that are refused; RFC 3986 section 3 has them. */
    private static final Pattern NOT_PLAIN = Pattern.compile("[^!-~]|\\\\");

    public AllowedUrls {
        httpHosts = Set.copyOf(httpHosts);
    }

    /**
     * The hosts that an operator lists.
     *
     * @param settings the configuration
     * @param setting the setting that lists them, such as {@code allow.http.hosts}; refused if one of them is no host
     * @param <C> the declaration of the settings
     * @return the rule
     */
    public static <C> AllowedUrls listed(DeclaredSettings<C> settings, Setting<? super C> setting) {
        List<String> hosts = settings.list(setting).stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .toList();
        if (!hosts.stream().allMatch(host -> HOST.matcher(host).matches())) {
            settings.refuse(setting, "must list names of hosts, each without scheme, port and wildcard");
        }
        return new AllowedUrls(
                hosts.stream().map(AllowedUrls::withoutBrackets).collect(Collectors.toSet()),
                settings.isRefused(setting));
    }

    /**
     * Reads a URL.
     *
     * @param settings the configuration
     * @param setting the setting, declared as {@link id.lum.support.config.Url}; refused if it is none that is allowed
     * @param <C> the declaration of the settings
     * @return the URL without trailing slashes, or its default; absent if it is refused, or has no default
     */
    public <C> Optional<URI> read(DeclaredSettings<C> settings, Setting<? super C> setting) {
        Optional<String> text = settings.text(setting);
        Optional<String> remedy = text.flatMap(this::remedy);
        if (remedy.isPresent()) {
            settings.refuse(setting, remedy.get());
            return Optional.empty();
        }
        return text.map(url -> URI.create(withoutSlashes(url)));
    }

    private static String withoutSlashes(String url) {
        return url.replaceFirst("/+$", "");
    }

    /** What a URL must be, if it is none that is allowed. */
    private Optional<String> remedy(String text) {
        if (NOT_PLAIN.matcher(text).find()) {
            return Optional.of("must have no blank, backslash, control or non-ASCII character");
        }
        if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
            return Optional.of("must have no query and no fragment");
        }
        try {
            return remedy(new URI(withoutSlashes(text)));
        } catch (URISyntaxException notAUrl) {
            return Optional.of("must be a URL such as https://example.org");
        }
    }

    private Optional<String> remedy(URI url) {
        if (url.getHost() == null) {
            return Optional.of("must name a host, of letters, digits, hyphens and dots, and a valid port if any");
        }
        // An empty port is legal grammar and always a slip.
        if (url.getPort() == 0 || url.getPort() > 65535 || url.getRawAuthority().endsWith(":")) {
            return Optional.of("must have a port from 1 to 65535, or none");
        }
        if (url.getRawUserInfo() != null) {
            return Optional.of("must have no user info");
        }
        boolean http = "http".equalsIgnoreCase(url.getScheme());
        if (!http && !"https".equalsIgnoreCase(url.getScheme())) {
            return Optional.of("must begin with https://");
        }
        String host = withoutBrackets(url.getHost().toLowerCase(Locale.ROOT));
        if (http && !unknown && !LOOPBACK_HOSTS.contains(host) && !httpHosts.contains(host)) {
            return Optional.of(
                    "must begin with https://, because its host is neither localhost, 127.0.0.1 or [::1] nor allowed"
                            + " without TLS");
        }
        return Optional.empty();
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
