package id.lum.lumilake.internal.optimizer;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.http.AllowedUrls;
import id.lum.support.http.HeaderValues;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the remote optimizer is and how it is asked, checked.
 *
 * @param url where it is, without a trailing slash
 * @param runtimeToken what the catalog is asked for with, if it wants a token; left out of {@link #toString}
 * @param refresh how often the catalog is asked for again
 * @param scheduleTimeout how long a plan may take, headers and body
 */
public record OptimizerSettings(URI url, Optional<String> runtimeToken, Duration refresh, Duration scheduleTimeout) {
    /**
     * Reads them. All of them are checked, whether there is an optimizer or not.
     *
     * @param settings the configuration
     * @return the settings, if nothing of them is refused; empty if there is no remote optimizer
     */
    public static Optional<OptimizerSettings> parse(DeclaredSettings<? extends OptimizerConfiguration> settings) {
        Optional<URI> url = AllowedUrls.LOOPBACK.read(settings, OptimizerConfiguration::optimizer_url);
        Optional<String> token = HeaderValues.read(settings, OptimizerConfiguration::_runtime_token);
        Duration refresh = Duration.ofMinutes(settings.number(OptimizerConfiguration::catalog_refresh_minutes));
        Duration timeout = Duration.ofMillis(settings.number(OptimizerConfiguration::schedule_timeout_ms));
        return url.map(known -> new OptimizerSettings(known, token, refresh, timeout));
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
