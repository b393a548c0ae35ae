package id.lum.tokenstore.internal;

import id.lum.support.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the configuration {@code id.lum.tokenstore} says, checked.
 *
 * @param allowed whose configuration may refer to what
 * @param fileRoot the directory of the store FILE; without one there is no such store
 * @param environment the names that the store ENV gives; without any there is no such store
 * @param recheck how long a value is used before its store is asked again
 * @param callTimeout how long a store may take for an answer
 * @param lax whether a reference without a value stays in the text while others are replaced
 * @param separator what stands between the prefix and the path
 * @param keySeparator what stands between the path and the key
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
    static final String ALLOW = "allow";
    static final String FILE_ROOT = "file.root";
    static final String ENV_NAMES = "env.names";
    static final String RECHECK_SECONDS = "recheck.seconds";
    static final String CALL_TIMEOUT_MS = "call.timeout.ms";
    static final String LAX = "lax";
    static final String SEPARATOR = "separator";
    static final String KEY_SEPARATOR = "key.separator";
    static final Set<String> KNOWN =
            Set.of(ALLOW, FILE_ROOT, ENV_NAMES, RECHECK_SECONDS, CALL_TIMEOUT_MS, LAX, SEPARATOR, KEY_SEPARATOR);

    static final String RECHECK_DEFAULT = "60";
    static final String CALL_TIMEOUT_DEFAULT = "10000";
    static final String LAX_DEFAULT = "off";

    private static final long MAX_RECHECK = Duration.ofDays(1).toSeconds();
    private static final long MAX_CALL_TIMEOUT = Duration.ofMinutes(2).toMillis();
    private static final int MAX_LIST_ENTRIES = 1000;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** @throws id.lum.support.config.SettingRefused if any of it is wrong */
    static TokenStoreSettings parse(Settings settings) {
        String separator = settings.text(SEPARATOR).orElse(Grammar.SEPARATOR);
        String keySeparator = settings.text(KEY_SEPARATOR).orElse(Grammar.KEY_SEPARATOR);
        check(settings, SEPARATOR, separator, Grammar.KEY_SEPARATOR);
        check(settings, KEY_SEPARATOR, separator, keySeparator);
        return new TokenStoreSettings(
                allowed(settings),
                settings.path(FILE_ROOT),
                environment(settings),
                Duration.ofSeconds(
                        settings.number(RECHECK_SECONDS, Long.parseLong(RECHECK_DEFAULT), 1, MAX_RECHECK, "seconds")),
                Duration.ofMillis(settings.number(
                        CALL_TIMEOUT_MS, Long.parseLong(CALL_TIMEOUT_DEFAULT), 1, MAX_CALL_TIMEOUT, "milliseconds")),
                Set.of("on", "true").contains(settings.choice(LAX, LAX_DEFAULT, Set.of("on", "off", "true", "false"))),
                separator,
                keySeparator);
    }

    private static void check(Settings settings, String property, String separator, String keySeparator) {
        try {
            new Grammar(Set.of(), separator, keySeparator);
        } catch (IllegalArgumentException unfit) {
            throw settings.refuse(property, "must be another, because " + unfit.getMessage());
        }
    }

    private static AllowList allowed(Settings settings) {
        List<String> words = settings.list(ALLOW);
        AllowList allowed = AllowList.parse(words)
                .filter(list -> list.rules().size() <= MAX_LIST_ENTRIES)
                .orElseThrow(() -> settings.refuse(
                        ALLOW,
                        "must be rules, each a PID, a prefix and a pattern of paths, such as id.lum.flowmesh FILE runmesh-*,"
                                + " with commas between rules and at most " + MAX_LIST_ENTRIES + " of them"));
        // A bundle that waits for its own configuration to be resolved would wait for ever.
        if (allowed.names(new ConfigTarget(PID, Optional.empty()))) {
            throw settings.refuse(ALLOW, "must not name " + PID + ", whose own configuration cannot hold references");
        }
        return allowed;
    }

    private static Set<String> environment(Settings settings) {
        List<String> names = settings.list(ENV_NAMES);
        if (names.size() > MAX_LIST_ENTRIES
                || !names.stream().allMatch(name -> VARIABLE.matcher(name).matches())) {
            throw settings.refuse(
                    ENV_NAMES,
                    "must be at most " + MAX_LIST_ENTRIES + " names of environment variables, without patterns");
        }
        return Set.copyOf(names);
    }

    /** How references are written, if there are these stores besides those that rules are about. */
    Grammar grammar(Set<String> stores) {
        Set<String> prefixes = new HashSet<>(stores);
        prefixes.addAll(allowed.prefixes());
        return new Grammar(prefixes, separator, keySeparator);
    }
}
