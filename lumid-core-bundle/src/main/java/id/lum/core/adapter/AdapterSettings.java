package id.lum.core.adapter;

import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.policy.PermissionPolicy;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.policy.PolicyOptions;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.Setting;
import id.lum.support.config.SettingRefused;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The part of an adapter's configuration that every adapter has, checked.
 *
 * @param store what the grant store is opened with
 * @param engine the policy with the options that are switched on
 */
public record AdapterSettings(GrantStoreSettings store, PolicyEngine engine) {
    /**
     * Reads them. This comes after the reading of an adapter's further settings, so that the refusal has them, too.
     *
     * @param settings the configuration
     * @param policy the adapter's table, which gives the kinds their meaning
     * @return the settings
     * @throws SettingRefused naming every value that is wrong
     */
    public static AdapterSettings parse(
            DeclaredSettings<? extends AdapterConfiguration> settings, PermissionPolicy policy) {
        Optional<Path> path = database(settings, AdapterConfiguration::acl_db_path, "grants");
        JournalMode mode = journalMode(settings);
        int cached = (int) settings.number(AdapterConfiguration::grant_cache_size);
        PolicyOptions options = options(settings, policy);
        settings.throwIfRefused();
        StoreSettings database = new StoreSettings(
                path.orElseThrow(),
                mode,
                settings.pid() + " " + settings.property(AdapterConfiguration::acl_db_path),
                StoreLimits.defaults());
        return new AdapterSettings(
                new GrantStoreSettings(database, cached, sessionStart()), new PolicyEngine(policy, options));
    }

    /**
     * Reads how SQLite keeps transactions.
     *
     * @param settings the configuration
     * @return the mode
     */
    public static JournalMode journalMode(DeclaredSettings<? extends AdapterConfiguration> settings) {
        return settings.choice(AdapterConfiguration::journal_mode).equals(AdapterConfiguration.WAL)
                ? JournalMode.WAL
                : JournalMode.ROLLBACK;
    }

    /**
     * Reads the path of a database.
     *
     * @param settings the configuration
     * @param setting the setting that names it; refused if it is missing, empty, or names no file
     * @param content what the database holds, for the refusal
     * @param <C> the declaration of the settings
     * @return the path, absolute; absent if it is refused
     */
    public static <C> Optional<Path> database(
            DeclaredSettings<C> settings, Setting<? super C> setting, String content) {
        Optional<Path> path = settings.path(setting);
        if (path.isEmpty()) {
            settings.refuse(setting, "must be the path of the database of " + content);
        } else if (path.get().getFileName() == null) {
            settings.refuse(setting, "must name a file");
        }
        return path.filter(file -> file.getFileName() != null);
    }

    /** Options are checked one at a time, so that a refusal can name the property. */
    private static <C extends AdapterConfiguration> PolicyOptions options(
            DeclaredSettings<C> settings, PermissionPolicy policy) {
        Map<String, Set<String>> fleet = fleet(settings);
        Set<String> claimable = Set.copyOf(settings.list(AdapterConfiguration::claimable_kinds));
        check(settings, AdapterConfiguration::fleet_kinds, policy, new PolicyOptions(fleet, Set.of()));
        check(settings, AdapterConfiguration::claimable_kinds, policy, new PolicyOptions(Map.of(), claimable));
        return new PolicyOptions(fleet, claimable);
    }

    private static Map<String, Set<String>> fleet(DeclaredSettings<? extends AdapterConfiguration> settings) {
        Map<String, Set<String>> fleet = new HashMap<>();
        for (String word : settings.list(AdapterConfiguration::fleet_kinds)) {
            String[] parts = word.split(":", -1);
            if (parts.length == 2) {
                fleet.computeIfAbsent(parts[0].strip(), kind -> new HashSet<>()).add(parts[1].strip());
            } else {
                settings.refuse(
                        AdapterConfiguration::fleet_kinds, "must list kinds with an action each, such as worker:read");
            }
        }
        return fleet;
    }

    private static <C> void check(
            DeclaredSettings<C> settings, Setting<? super C> setting, PermissionPolicy policy, PolicyOptions options) {
        try {
            new PolicyEngine(policy, options);
        } catch (IllegalArgumentException meaningless) {
            settings.refuse(setting, "must make sense, but " + meaningless.getMessage());
        }
    }

    /** The start of the JVM: a store that is opened again sweeps nothing that was confirmed before. */
    private static Instant sessionStart() {
        return Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    }
}
