package id.lum.lumilake.internal.optimizer;

import id.lum.support.config.SettingRefused;
import id.lum.support.config.Settings;
import id.lum.support.http.AllowedUrls;
import id.lum.support.http.HeaderValues;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Where the remote optimizer is and how it is asked, checked.
 *
 * @param url where it is, without a trailing slash
 * @param runtimeToken what the catalog is asked for with, if it wants a token; left out of {@link #toString}
 * @param refresh how often the catalog is asked for again
 * @param scheduleTimeout how long a plan may take, headers and body
 */
public record OptimizerSettings(URI url, Optional<String> runtimeToken, Duration refresh, Duration scheduleTimeout) {
    /** What {@code catalog.refresh.minutes} is when missing or empty. */
    public static final String REFRESH_DEFAULT = "10";

    /** What {@code schedule.timeout.ms} is when missing or empty. */
    public static final String SCHEDULE_TIMEOUT_DEFAULT = "60000";

    /** The properties that are read here. */
    public static final Set<String> KNOWN =
            Set.of("optimizer.url", ".runtime.token", "catalog.refresh.minutes", "schedule.timeout.ms");

    private static final long MAX_REFRESH = Duration.ofDays(7).toMinutes();

    /** Each call holds a thread of the host for so long. */
    private static final long MAX_SCHEDULE_TIMEOUT = Duration.ofHours(1).toMillis();

    /**
     * Reads them. All of them are checked, whether there is an optimizer or not.
     *
     * @param settings the configuration
     * @return the settings; empty if there is no remote optimizer
     * @throws SettingRefused if any of it is wrong
     */
    public static Optional<OptimizerSettings> parse(Settings settings) {
        Optional<URI> url = AllowedUrls.LOOPBACK.read(settings, "optimizer.url");
        Optional<String> token = settings.text(".runtime.token");
        if (!token.map(HeaderValues::isLegal).orElse(true)) {
            throw settings.refuse(".runtime.token", "must consist of characters that an HTTP header may hold");
        }
        long minutes =
                settings.number("catalog.refresh.minutes", Long.parseLong(REFRESH_DEFAULT), 1, MAX_REFRESH, "minutes");
        long millis = settings.number(
                "schedule.timeout.ms",
                Long.parseLong(SCHEDULE_TIMEOUT_DEFAULT),
                1,
                MAX_SCHEDULE_TIMEOUT,
                "milliseconds");
        return url.map(
                known -> new OptimizerSettings(known, token, Duration.ofMinutes(minutes), Duration.ofMillis(millis)));
    }

    URI catalogUrl() {
        return URI.create(url + "/api/v1/optimizer");
    }

    URI scheduleUrl() {
        return URI.create(url + "/api/v1/optimizer/schedule");
    }

    /** One line for logs, without the token. */
    @Override
    public String toString() {
        return "optimizer at " + url + (runtimeToken.isPresent() ? ", catalog with the runtime token" : "")
                + ", refreshed every " + refresh.toMinutes() + " minutes, planning for " + scheduleTimeout.toMillis()
                + " ms at most";
    }
}
