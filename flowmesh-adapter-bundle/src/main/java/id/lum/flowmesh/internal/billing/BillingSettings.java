package id.lum.flowmesh.internal.billing;

import id.lum.core.adapter.AdapterSettings;
import id.lum.support.config.SettingRefused;
import id.lum.support.config.Settings;
import id.lum.support.http.AllowedUrls;
import id.lum.support.http.HeaderValues;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

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
    /** What {@code outbox.max.rows} is when missing or empty. */
    public static final String MAX_ROWS_DEFAULT = "1000000";

    /** What {@code outbox.retention.days} is when missing or empty. */
    public static final String RETENTION_DEFAULT = "30";

    /** What {@code outbox.refusals} is when missing or empty. */
    public static final String REFUSALS_DEFAULT = "10";

    /** What {@code balance.guard} is when missing or empty. */
    public static final String GUARD_DEFAULT = "off";

    /** The properties that are read here. */
    public static final Set<String> KNOWN = Set.of(
            "billing.base.url",
            ".bridge.secret",
            "balance.guard",
            "outbox.db.path",
            "outbox.max.rows",
            "outbox.retention.days",
            "outbox.refusals",
            "allow.http.hosts");

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
     * Reads them.
     *
     * @param settings the configuration
     * @param journal how SQLite keeps transactions
     * @return the settings
     * @throws SettingRefused if anything but the URL or the secret is wrong
     */
    public static BillingSettings parse(Settings settings, JournalMode journal) {
        Access access = access(settings);
        return new BillingSettings(
                access,
                Set.of("on", "true").contains(settings.choice("balance.guard", GUARD_DEFAULT, GUARD_WORDS)),
                outbox(settings, journal, access),
                settings.number("outbox.max.rows", Long.parseLong(MAX_ROWS_DEFAULT), 1, 100_000_000, "rows"),
                Duration.ofDays(
                        settings.number("outbox.retention.days", Long.parseLong(RETENTION_DEFAULT), 1, 3650, "days")),
                (int) settings.number("outbox.refusals", Long.parseLong(REFUSALS_DEFAULT), 2, 1000, "refusals"));
    }

    private static final Set<String> GUARD_WORDS = Set.of("on", "off", "true", "false");

    private static Access access(Settings settings) {
        if (isEmpty(settings, "billing.base.url") || isEmpty(settings, ".bridge.secret")) {
            return new Access.Off();
        }
        try {
            URI url = AllowedUrls.listed(settings, "allow.http.hosts")
                    .read(settings, "billing.base.url")
                    .orElseThrow();
            String secret = settings.text(".bridge.secret").orElseThrow();
            if (!HeaderValues.isLegal(secret)) {
                throw settings.refuse(".bridge.secret", "must consist of characters that an HTTP header may hold");
            }
            return new Access.At(new RunmeshEndpoint(url, secret));
        } catch (SettingRefused refused) {
            return new Access.Refused(refused);
        }
    }

    private static Optional<StoreSettings> outbox(Settings settings, JournalMode journal, Access access) {
        if (access instanceof Access.Off && isEmpty(settings, "outbox.db.path")) {
            return Optional.empty();
        }
        Path path = AdapterSettings.database(settings, "outbox.db.path", "usage rows");
        return Optional.of(
                new StoreSettings(path, journal, settings.pid() + " outbox.db.path", StoreLimits.defaults()));
    }

    private static boolean isEmpty(Settings settings, String property) {
        try {
            return settings.text(property).isEmpty();
        } catch (SettingRefused refused) {
            return false;
        }
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
