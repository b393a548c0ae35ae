package id.lum.goplugin.internal;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.Setting;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the configuration {@code id.lum.goplugin} says, checked.
 *
 * @param roots folders of plugins, those of configmanager included if they are wanted
 * @param checksums by prefix
 * @param environments which variables a plugin gets, by prefix
 * @param cookies by which a plugin may know its host, at least one
 * @param mutualTls whether both ends show certificates
 * @param output what becomes of the lines that plugins print
 * @param startTimeout how long a start may take
 * @param callTimeout how long a call may take
 * @param scanPause how long after a look into the folders the next one follows
 * @param workFolder where copies and records of processes are
 * @param socketFolder where sockets are
 */
record GoPluginSettings(
        List<Path> roots,
        Map<String, Checksum> checksums,
        Map<String, EnvironmentRules> environments,
        List<String> cookies,
        boolean mutualTls,
        OutputMode output,
        Duration startTimeout,
        Duration callTimeout,
        Duration scanPause,
        Path workFolder,
        Path socketFolder) {
    static final String PID = "id.lum.goplugin";

    private static final int MAX_LIST_ENTRIES = 1000;
    private static final Pattern PREFIX = Pattern.compile("[A-Z][A-Z0-9]{0,63}");

    /** A rule of two words, the first of which is a prefix. */
    private record Rule(String prefix, String word) {}

    /** @throws id.lum.support.config.SettingRefused naming every value that is wrong */
    static GoPluginSettings parse(DeclaredSettings<GoPluginConfiguration> settings) {
        List<Path> roots = roots(settings);
        if (settings.isOn(GoPluginConfiguration::configmanager_layout)) {
            roots.add(Path.of("").toAbsolutePath().resolve(PluginDiscovery.LAYOUT));
            roots.add(Path.of(System.getProperty("user.home")).toAbsolutePath().resolve(PluginDiscovery.LAYOUT));
        }
        Map<String, Checksum> checksums = checksums(settings);
        Map<String, EnvironmentRules> environments = environments(settings);
        List<String> cookies = settings.list(GoPluginConfiguration::cookies);
        if (cookies.isEmpty() || cookies.size() > MAX_LIST_ENTRIES) {
            settings.refuse(GoPluginConfiguration::cookies, "must be at least one value");
        }
        boolean mutualTls = settings.isOn(GoPluginConfiguration::auto_mtls);
        OutputMode output = OutputMode.valueOf(
                settings.choice(GoPluginConfiguration::output).toUpperCase(Locale.ROOT));
        Duration startTimeout = Duration.ofMillis(settings.number(GoPluginConfiguration::start_timeout_ms));
        Duration callTimeout = Duration.ofMillis(settings.number(GoPluginConfiguration::call_timeout_ms));
        Duration scanPause = Duration.ofSeconds(settings.number(GoPluginConfiguration::scan_seconds));
        Optional<Path> workFolder = settings.path(GoPluginConfiguration::work_folder);
        if (workFolder.isEmpty()) {
            settings.refuse(
                    GoPluginConfiguration::work_folder, "must be a folder, because this container has no data folder");
        }
        Path socketFolder = settings.path(GoPluginConfiguration::socket_folder).orElseGet(SocketFolders::usualParent);
        if (!SocketFolders.isShortEnough(socketFolder)) {
            settings.refuse(
                    GoPluginConfiguration::socket_folder,
                    "must be at most " + SocketFolders.MAX_PARENT_BYTES
                            + " bytes long, because the path of a socket is short");
        }
        settings.throwIfRefused();
        return new GoPluginSettings(
                List.copyOf(roots),
                checksums,
                environments,
                cookies,
                mutualTls,
                output,
                startTimeout,
                callTimeout,
                scanPause,
                workFolder.orElseThrow(),
                socketFolder);
    }

    private static List<Path> roots(DeclaredSettings<GoPluginConfiguration> settings) {
        List<Path> roots = new ArrayList<>();
        for (String root : settings.list(GoPluginConfiguration::roots)) {
            try {
                Path path = Path.of(root);
                if (path.isAbsolute()) {
                    roots.add(path.normalize());
                    continue;
                }
            } catch (InvalidPathException noPath) {
                // Refused below.
            }
            settings.refuse(GoPluginConfiguration::roots, "must be absolute paths of folders");
        }
        return roots;
    }

    private static Map<String, Checksum> checksums(DeclaredSettings<GoPluginConfiguration> settings) {
        Map<String, Checksum> checksums = new TreeMap<>();
        for (Rule rule : rules(settings, GoPluginConfiguration::sha256)) {
            Optional<Checksum> checksum = Checksum.parse(rule.word());
            if (checksum.isEmpty()) {
                settings.refuse(
                        GoPluginConfiguration::sha256,
                        "must be prefixes, each with a blank and 64 hexadecimal digits or the word none");
            } else if (checksums.put(rule.prefix(), checksum.get()) != null) {
                settings.refuse(GoPluginConfiguration::sha256, "must name each prefix once");
            }
        }
        return Map.copyOf(checksums);
    }

    private static Map<String, EnvironmentRules> environments(DeclaredSettings<GoPluginConfiguration> settings) {
        Map<String, List<String>> patterns = new TreeMap<>();
        for (Rule rule : rules(settings, GoPluginConfiguration::environment)) {
            if (!EnvironmentRules.isPattern(rule.word())) {
                settings.refuse(
                        GoPluginConfiguration::environment,
                        "must be prefixes, each with a blank and the name of a variable, such as VAULT VAULT_ADDR");
            }
            patterns.computeIfAbsent(rule.prefix(), first -> new ArrayList<>()).add(rule.word());
        }
        Map<String, EnvironmentRules> rules = new TreeMap<>();
        patterns.forEach((prefix, some) -> rules.put(prefix, new EnvironmentRules(some)));
        return Map.copyOf(rules);
    }

    private static List<Rule> rules(
            DeclaredSettings<GoPluginConfiguration> settings, Setting<GoPluginConfiguration> setting) {
        List<Rule> rules = new ArrayList<>();
        List<String> texts = settings.list(setting);
        for (String text : texts) {
            String[] words = text.split("\\s+");
            if (words.length != 2 || !PREFIX.matcher(words[0]).matches() || texts.size() > MAX_LIST_ENTRIES) {
                settings.refuse(
                        setting,
                        "must be at most " + MAX_LIST_ENTRIES
                                + " rules, each a prefix in capital letters and digits, a blank and one word");
            } else {
                rules.add(new Rule(words[0], words[1]));
            }
        }
        return rules;
    }

    /** How a file is run; absent if it has no checksum. */
    Optional<PluginSpec> spec(PluginFile file, FileVersion version) {
        return Optional.ofNullable(checksums.get(file.prefix()))
                .map(checksum -> new PluginSpec(
                        file,
                        version,
                        checksum,
                        environments.getOrDefault(file.prefix(), new EnvironmentRules(List.of())),
                        cookies,
                        mutualTls,
                        output,
                        startTimeout,
                        callTimeout));
    }
}
