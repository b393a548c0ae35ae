package id.lum.flowmesh.internal.billing;

import id.lum.core.adapter.AdapterSettings;
import id.lum.flowmesh.internal.runmesh.RunmeshEndpoint;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import id.lum.support.http.AllowedUrls;
import id.lum.support.http.HeaderValues;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the configuration asks of billing, checked.
 *
 * @param access whether there is billing, and where
 * @param guard whether a balance is asked for before a submission
 * @param outbox the database of rows that are not delivered yet; there is one if there is billing
 * @param mostRows how many it may hold, dead letters included
 * @param retention how long a row may wait before it is set aside
 * @param refusals how often Runmesh may refuse a row before it is set aside
 */
public record BillingSettings(
        Access access, boolean guard, Optional<StoreSettings> outbox, long mostRows, Duration retention, int refusals) {
    /** Whether rows are taken, and where they go. */
    sealed interface Access {
        /** No URL or no secret: no billing. */
        record Off() implements Access {}

        /** A URL or a secret that is refused is not "off": rows are kept until it is mended. */
        record Refused(SettingRefused why) implements Access {}

        /** Both are there. */
        record At(RunmeshEndpoint runmesh) implements Access {}
    }

    /**
     * Reads them. A refused URL or secret is tolerated.
     *
     * @param settings the configuration
     * @param journal how SQLite keeps transactions
     * @return the settings, if nothing else of them is refused
     */
    public static BillingSettings parse(
            DeclaredSettings<? extends BillingConfiguration> settings, JournalMode journal) {
        Access access = access(settings);
        return new BillingSettings(
                access,
                settings.isOn(BillingConfiguration::balance_guard),
                outbox(settings, journal, access),
                settings.number(BillingConfiguration::outbox_max_rows),
                Duration.ofDays(settings.number(BillingConfiguration::outbox_retention_days)),
                (int) settings.number(BillingConfiguration::outbox_refusals));
    }

    private static Access access(DeclaredSettings<? extends BillingConfiguration> settings) {
        if (settings.isEmpty(BillingConfiguration::billing_base_url)
                || settings.isEmpty(BillingConfiguration::_bridge_secret)) {
            return new Access.Off();
        }
        Optional<URI> url = AllowedUrls.listed(settings, BillingConfiguration::allow_http_hosts)
                .read(settings, BillingConfiguration::billing_base_url);
        Optional<String> secret = HeaderValues.read(settings, BillingConfiguration::_bridge_secret);
        return settings.tolerate(List.of(
                        BillingConfiguration::billing_base_url,
                        BillingConfiguration::_bridge_secret,
                        BillingConfiguration::allow_http_hosts))
                .<Access>map(Access.Refused::new)
                .orElseGet(() -> new Access.At(new RunmeshEndpoint(url.orElseThrow(), secret.orElseThrow())));
    }

    private static Optional<StoreSettings> outbox(
            DeclaredSettings<? extends BillingConfiguration> settings, JournalMode journal, Access access) {
        if (access instanceof Access.Off && settings.isEmpty(BillingConfiguration::outbox_db_path)) {
            return Optional.empty();
        }
        return AdapterSettings.database(settings, BillingConfiguration::outbox_db_path, "usage rows")
                .map(path -> new StoreSettings(
                        path,
                        journal,
                        settings.pid() + " " + settings.property(BillingConfiguration::outbox_db_path),
                        StoreLimits.defaults()));
    }

    /** Whether rows are taken. */
    boolean isOn() {
        return !(access instanceof Access.Off);
    }

    /**
     * What is wrong with the URL or the secret.
     *
     * @return the refusal; absent if nothing is
     */
    public Optional<SettingRefused> refusal() {
        return access instanceof Access.Refused refused ? Optional.of(refused.why()) : Optional.empty();
    }

    Optional<RunmeshEndpoint> runmesh() {
        return access instanceof Access.At at ? Optional.of(at.runmesh()) : Optional.empty();
    }
}
