package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator who does what the page on plugins of configmanager says sees what it shows. */
class GoPluginPageTest {
    private static final String PAGE = "docs/operate/configmanager-plugins.md";
    private static final String FOLDER = "/opt/lumid/plugins";
    private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SETTING = Pattern.compile("(?m)^([a-z0-9.]+) = (.*)$");
    private static final Pattern REFUSAL = Pattern.compile("(?m)^ *(The plugin .* is not run: .*)$");
    private static final Pattern LOGGED = Pattern.compile("`([^`]+)`");

    /** Which file a setting of the page is in. */
    private static final Map<String, String> FILES = Map.of(
            "roots", "goplugin",
            "sha256", "goplugin",
            "environment", "goplugin",
            "allow", "tokenstore",
            "recheck.seconds", "tokenstore",
            "billing.base.url", "flowmesh",
            ".bridge.secret", "flowmesh");

    /** The plugin to run. */
    Path plugin() {
        return TestPlugin.java();
    }

    @Test
    void theRunOfThePageIsRepeated(@TempDir Path place) throws Exception {
        Path home = ShippedFolder.copy(getClass().getSimpleName()).home();
        Path secrets = Files.createDirectory(place.resolve("secrets"));
        Path plugins = Files.createDirectory(place.resolve("plugins"));
        Files.writeString(secrets.resolve("runmesh-bridge"), "the secret of today");
        Path plugin = TestPlugin.install(plugin(), plugins, "VAULT");
        String page = page().replace(FOLDER, plugins.toString())
                .replace("vault-linux-amd64", TestPlugin.fileName("VAULT"))
                .replaceAll(CHECKSUM.pattern(), TestPlugin.checksum(plugin));
        write(home, page, Set.of("sha256", ".bridge.secret"));
        // A Java takes a while to start on a busy machine.
        EditedFile.replace(
                home.resolve("etc/id.lum.goplugin.cfg"), "(?m)^start.timeout.ms = .*$", "start.timeout.ms = 60000");
        List<ShellSession> sessions = ShellSession.of(PAGE);
        try (Lumid container =
                Lumid.start(home, command -> command.environment().put(TestPlugin.SECRETS, secrets.toString()))) {
            container.awaitHooks();
            Path log = home.resolve("data/log/lumid.log");
            String refusal =
                    REFUSAL.matcher(page).results().findFirst().orElseThrow().group(1);
            Await.until(
                    "the plugin without a checksum is refused",
                    () -> Files.readString(log).contains(refusal));
            assertThat(RunningPlugin.of(container.handle())).isEmpty();

            // Nobody asks before it serves, so that no failure is counted.
            write(home, page, Set.of(".bridge.secret"));
            Await.until("the plugin serves", () -> Files.readString(log).contains("VAULT is answered by process"));
            write(home, page, Set.of());
            sessions.get(0).comesToPlay(container);

            Path next = Files.writeString(secrets.resolve("next"), "the secret of tomorrow");
            Files.move(next, secrets.resolve("runmesh-bridge"), StandardCopyOption.ATOMIC_MOVE);
            sessions.get(1).comesToPlay(container);
            assertThat(RunningPlugin.of(container.handle())).hasSize(1);
        }
    }

    @Test
    void whatThePageSaysOfTheLogIsSaidBySomeClass() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (String module : List.of("goplugin-store-bundle", "support-bundle")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path file :
                        files.filter(file -> file.toString().endsWith(".java")).toList()) {
                    sources.append(Files.readString(file));
                }
            }
        }
        List<String> logged = page().split("\n\\| in the log ")[1]
                .split("\n\n")[0]
                .lines()
                .skip(2)
                .flatMap(row -> LOGGED.matcher(row.split("\\|")[1]).results())
                .map(found -> found.group(1))
                .toList();
        assertThat(logged)
                .hasSizeGreaterThan(8)
                .allSatisfy(words -> assertThat(sources).contains(words));
    }

    /** Edits the files as the page shows them, but for some settings. */
    private static void write(Path home, String page, Set<String> but) throws IOException {
        List<MatchResult> settings = SETTING.matcher(page).results().toList();
        assertThat(settings.stream().map(setting -> setting.group(1)))
                .containsExactlyInAnyOrderElementsOf(FILES.keySet());
        for (MatchResult setting : settings) {
            String name = setting.group(1);
            if (!but.contains(name)) {
                Path file = home.resolve("etc/id.lum." + FILES.get(name) + ".cfg");
                String line = Matcher.quoteReplacement(setting.group());
                Files.writeString(
                        file, Files.readString(file).replaceFirst("(?m)^" + Pattern.quote(name) + " =.*$", line));
            }
        }
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("..", PAGE));
    }
}
