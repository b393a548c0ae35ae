package id.lum.goplugin.internal;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.EnvironmentRules;
import id.lum.support.plugin.OutputMode;
import id.lum.support.plugin.PluginRules;
import id.lum.support.plugin.PluginSearch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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
    /** Where configmanager keeps plugins, below the current folder and the home folder. */
    private static final Path CONFIGMANAGER = Path.of(".configmanager", "plugins");

    /** @throws id.lum.support.config.SettingRefused naming every value that is wrong */
    static GoPluginSettings parse(DeclaredSettings<GoPluginConfiguration> settings) {
        PluginRules<GoPluginConfiguration> rules = new PluginRules<>(settings);
        List<Path> roots = rules.roots(GoPluginConfiguration::roots);
        if (settings.isOn(GoPluginConfiguration::configmanager_layout)) {
            roots.add(Path.of("").toAbsolutePath().resolve(CONFIGMANAGER));
            roots.add(Path.of(System.getProperty("user.home")).toAbsolutePath().resolve(CONFIGMANAGER));
        }
        Map<String, Checksum> checksums = rules.checksums(GoPluginConfiguration::sha256);
        Map<String, EnvironmentRules> environments = rules.environments(GoPluginConfiguration::environment);
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
        rules.warnOfOthers(GoPluginConfiguration::environment, environments.keySet(), checksums);
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

    /** How a plugin is run. */
    PluginSpec spec(PluginSearch.Found found) {
        return new PluginSpec(
                found.file(),
                found.version(),
                found.checksum(),
                environments.getOrDefault(found.file().prefix(), new EnvironmentRules(List.of())),
                cookies,
                mutualTls,
                output,
                startTimeout,
                callTimeout);
    }
}
