package id.lum.core.adapter;

import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.policy.PermissionPolicy;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.policy.PolicyOptions;
import id.lum.support.config.SettingRefused;
import id.lum.support.config.Settings;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The part of an adapter's configuration that every adapter has, checked.
 *
 * @param store what the grant store is opened with
 * @param engine the policy with the options that are switched on
 */
public record AdapterSettings(GrantStoreSettings store, PolicyEngine engine) {
    /** What {@code journal.mode} is when missing or empty. */
    public static final String JOURNAL_MODE_DEFAULT = "wal";

    /** What {@code grant.cache.size} is when missing or empty. */
    public static final String GRANT_CACHE_SIZE_DEFAULT = "100000";

    /** The properties that are read here. */
    public static final Set<String> KNOWN =
            Set.of("acl.db.path", "journal.mode", "grant.cache.size", "fleet.kinds", "claimable.kinds");

    private static final Map<String, JournalMode> JOURNAL_MODES =
            Map.of("wal", JournalMode.WAL, "rollback", JournalMode.ROLLBACK);

    /**
     * Reads them.
     *
     * @param settings the configuration
     * @param policy the adapter's table, which gives the kinds their meaning
     * @return the settings
     * @throws SettingRefused if any of it is wrong
     */
    public static AdapterSettings parse(Settings settings, PermissionPolicy policy) {
        Path path = database(settings, "acl.db.path", "grants");
        JournalMode mode =
                JOURNAL_MODES.get(settings.choice("journal.mode", JOURNAL_MODE_DEFAULT, JOURNAL_MODES.keySet()));
        long cached =
                settings.number("grant.cache.size", Long.parseLong(GRANT_CACHE_SIZE_DEFAULT), 0, 10_000_000, "grants");
        StoreSettings database = new StoreSettings(path, mode, settings.pid() + " acl.db.path", StoreLimits.defaults());
        GrantStoreSettings store = new GrantStoreSettings(database, (int) cached, sessionStart());
        return new AdapterSettings(store, engine(settings, policy));
    }

    /**
     * Reads the path of a database.
     *
     * @param settings the configuration
     * @param property the property that names it
     * @param content what the database holds, for the refusal
     * @return the path, absolute
     * @throws SettingRefused if it is missing, empty, or names no file
     */
    public static Path database(Settings settings, String property, String content) {
        Path path = settings.path(property)
                .orElseThrow(() -> settings.refuse(property, "must be the path of the database of " + content));
        if (path.getFileName() == null) {
            throw settings.refuse(property, "must name a file");
        }
        return path;
    }

    /** Options are checked one at a time, so that a refusal can name the property. */
    private static PolicyEngine engine(Settings settings, PermissionPolicy policy) {
        Map<String, Set<String>> fleet = fleet(settings);
        Set<String> claimable = Set.copyOf(settings.list("claimable.kinds"));
        checked(settings, "fleet.kinds", policy, new PolicyOptions(fleet, Set.of()));
        checked(settings, "claimable.kinds", policy, new PolicyOptions(Map.of(), claimable));
        return new PolicyEngine(policy, new PolicyOptions(fleet, claimable));
    }

    private static Map<String, Set<String>> fleet(Settings settings) {
        Map<String, Set<String>> fleet = new HashMap<>();
        for (String word : settings.list("fleet.kinds")) {
            String[] parts = word.split(":", -1);
            if (parts.length != 2) {
                throw settings.refuse("fleet.kinds", "must list kinds with an action each, such as worker:read");
            }
            fleet.computeIfAbsent(parts[0].strip(), kind -> new HashSet<>()).add(parts[1].strip());
        }
        return fleet;
    }

    private static void checked(Settings settings, String property, PermissionPolicy policy, PolicyOptions options) {
        try {
            new PolicyEngine(policy, options);
        } catch (IllegalArgumentException meaningless) {
            throw settings.refuse(property, "must make sense, but " + meaningless.getMessage());
        }
    }

    /** The start of the JVM: a store that is opened again sweeps nothing that was confirmed before. */
    private static Instant sessionStart() {
        return Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    }
}
