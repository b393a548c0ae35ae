package id.lum.tokenstore.internal;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the configuration {@code id.lum.tokenstore} says, checked; {@link TokenStoreConfiguration} tells what it means.
 */
record TokenStoreSettings(
        AllowList allowed,
        Optional<Path> fileRoot,
        Set<String> environment,
        Duration recheck,
        Duration callTimeout,
        boolean lax,
        String separator,
        String keySeparator) {
    static final String PID = "id.lum.tokenstore";

    private static final int MAX_LIST_ENTRIES = 1000;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** The defaults, which allow nothing: those before there is a configuration. */
    static final TokenStoreSettings NONE = parse(DeclaredSettings.of(TokenStoreConfiguration.class, PID, Map.of()));

    /** @throws id.lum.support.config.SettingRefused naming every value that is wrong */
    static TokenStoreSettings parse(DeclaredSettings<TokenStoreConfiguration> settings) {
        String separator = settings.text(TokenStoreConfiguration::separator).orElseThrow();
        String keySeparator =
                settings.text(TokenStoreConfiguration::key_separator).orElseThrow();
        check(settings, TokenStoreConfiguration::separator, separator, Grammar.KEY_SEPARATOR);
        if (!settings.isRefused(TokenStoreConfiguration::separator)) {
            check(settings, TokenStoreConfiguration::key_separator, separator, keySeparator);
        }
        TokenStoreSettings parsed = new TokenStoreSettings(
                allowed(settings),
                settings.path(TokenStoreConfiguration::file_root),
                environment(settings),
                Duration.ofSeconds(settings.number(TokenStoreConfiguration::recheck_seconds)),
                Duration.ofMillis(settings.number(TokenStoreConfiguration::call_timeout_ms)),
                settings.isOn(TokenStoreConfiguration::lax),
                separator,
                keySeparator);
        settings.throwIfRefused();
        return parsed;
    }

    private static void check(
            DeclaredSettings<TokenStoreConfiguration> settings,
            Setting<TokenStoreConfiguration> setting,
            String separator,
            String keySeparator) {
        try {
            new Grammar(Set.of(), separator, keySeparator);
        } catch (IllegalArgumentException unfit) {
            settings.refuse(setting, "must be another, because " + unfit.getMessage());
        }
    }

    private static AllowList allowed(DeclaredSettings<TokenStoreConfiguration> settings) {
        AllowList allowed = AllowList.parse(settings.list(TokenStoreConfiguration::allow))
                .filter(list -> list.rules().size() <= MAX_LIST_ENTRIES)
                .orElseGet(() -> {
                    settings.refuse(
                            TokenStoreConfiguration::allow,
                            "must be rules, each a PID, a prefix and a pattern of paths, such as id.lum.flowmesh FILE"
                                    + " runmesh-*, with commas between rules and at most " + MAX_LIST_ENTRIES
                                    + " of them");
                    return new AllowList(List.of());
                });
        // A bundle that waits for its own configuration to be resolved would wait for ever.
        if (allowed.names(new ConfigTarget(PID, Optional.empty()))) {
            settings.refuse(
                    TokenStoreConfiguration::allow,
                    "must not name " + PID + ", whose own configuration cannot hold references");
        }
        return allowed;
    }

    private static Set<String> environment(DeclaredSettings<TokenStoreConfiguration> settings) {
        List<String> names = settings.list(TokenStoreConfiguration::env_names);
        if (names.size() > MAX_LIST_ENTRIES
                || !names.stream().allMatch(name -> VARIABLE.matcher(name).matches())) {
            settings.refuse(
                    TokenStoreConfiguration::env_names,
                    "must be at most " + MAX_LIST_ENTRIES + " names of environment variables, without patterns");
        }
        return Set.copyOf(names);
    }

    /** How references are resolved, if there are these stores besides those that rules are about. */
    ResolutionRules rules(Set<String> stores) {
        Set<String> prefixes = new HashSet<>(stores);
        prefixes.addAll(allowed.prefixes());
        return new ResolutionRules(allowed, new Grammar(prefixes, separator, keySeparator), lax);
    }
}
