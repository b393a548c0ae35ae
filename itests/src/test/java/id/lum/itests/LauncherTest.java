package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that an operator types, started as a process, in a folder with a blank in its path. */
class LauncherTest {
    private static final String SECRET = "not-for-any-log";
    private static final String HOOK_IS_THERE = "identity hook lumid is there";
    private static final String HOOK_HAS_LEFT = "identity hook lumid has left";
    private static final int KILLS = Math.min(Integer.getInteger("lumid.kills", 3), 10);
    static final int ENDED_BY_SIGTERM = 128 + 15;

    private static Path home;

    @TempDir
    Path elsewhere;

    private final List<Lumid> started = new ArrayList<>();

    @BeforeAll
    static void unpackAndConfigure() throws IOException {
        home = ShippedFolder.copy("Launcher Test").home();
        Files.writeString(home.resolve("etc/somebody.else.cfg"), ".password = " + SECRET + "\n");
    }

    @AfterEach
    void nothingIsLeftRunning() {
        started.forEach(Lumid::close);
    }

    @Test
    void serviceEndsCleanlyOnSigterm() throws Exception {
        String link = linkToLumid().toString();
        Lumid container = lumid(command ->
                command.command(link).redirectInput(Path.of("/dev/null").toFile()));
        Await.until("the composed view is there", () -> log().contains("host~flowmesh"));
        Await.until("a hook is there", () -> log().contains(HOOK_IS_THERE));

        container.terminate();

        assertThat(container.exit()).isEqualTo(ENDED_BY_SIGTERM);
        assertThat(log()).contains(HOOK_HAS_LEFT);
        assertThat(container.text()).doesNotContain("ERROR", "g! ");
    }

    @Test
    void endOfInputEndsTheShellAndTheContainer() throws Exception {
        Lumid container = shell();
        assertThat(container.type("lb")).contains("lum.id hooks: engine");

        container.endInput();

        assertThat(container.exit()).isZero();
        assertThat(container.text()).doesNotContain("Resolved", "Installed", "ERROR");
    }

    @Test
    void withoutArgumentsFlowmeshIsAnsweredByLumidAndNothingByTheDemo() throws Exception {
        Lumid container = shell();

        assertThat(container.type("hooks:list")).contains("permission lumid").doesNotContain(" demo ");

        container.endInput();
        assertThat(container.exit()).isZero();
        assertThat(home.resolve("data/lumid/flowmesh-acl.sqlite")).exists();
    }

    @Test
    void demoAnswersBothHostsAndLeavesWhatProductionKeepsAlone() throws Exception {
        ShippedFolder.delete(home.resolve("data"));
        Lumid container = lumid(command -> {}, "demo");
        container.awaitHooks();

        assertThat(container.type("hooks:list"))
                .contains("Host flowmesh", "Host lumilake", "permission demo")
                .doesNotContain(" lumid ");

        container.endInput();
        assertThat(container.exit()).isZero();
        try (var kept = Files.list(home.resolve("data"))) {
            assertThat(kept).containsExactly(home.resolve("data/demo"));
        }
        assertThat(home.resolve("data/demo/log/lumid.log")).content().contains("identity hook demo is there");
    }

    /** Felix formats the version of Java into one of its own. */
    @Test
    void localeWithOtherDigitsIsServedLikeAnyOther() throws Exception {
        Lumid container = lumid(java("-Duser.language=ar -Duser.country=EG -Duser.extensions=u-nu-arab"));
        container.awaitHooks();

        assertThat(container.type("hooks:list flowmesh")).containsPattern("permission lumid +100  present");

        container.endInput();
        assertThat(container.exit()).isZero();
    }

    @Test
    void copiesOfConfigurationFilesAreRefusedAndTheOriginalsServe() throws Exception {
        List<String> pids = List.of("core", "flowmesh", "lumilake", "demo", "tokenstore", "goplugin", "wasi");
        Path old = home.resolve("data/lumid/old.sqlite");
        for (String pid : pids) {
            Files.writeString(
                    copyOf(pid),
                    "acl.db.path = " + old + "\nhosts = flowmesh\ntokens.file = " + elsewhere.resolve("tokens.json")
                            + "\nfile.root = /\n");
        }
        try {
            Lumid container = shell();
            for (String pid : pids) {
                String refusal = "id.lum." + pid + "~old of the file " + copyOf(pid) + " is refused: id.lum." + pid
                        + " has one configuration, and that is id.lum." + pid + " of the file "
                        + home.resolve("etc/id.lum." + pid + ".cfg");
                Await.until("the copy is refused", () -> log().contains(refusal));
            }
            Await.until(
                    "the originals serve",
                    () -> container.type("hooks:list flowmesh").contains("permission lumid"));
            assertThat(container.type("hooks:list")).doesNotContain(" demo ");
            assertThat(container.type("secrets:stores")).doesNotContain("FILE");
            assertThat(old).doesNotExist();
        } finally {
            for (String pid : pids) {
                Files.delete(copyOf(pid));
            }
        }
    }

    @Test
    void configurationWithOneSettingAloneIsServedWithTheDefaultsForAllOthers() throws Exception {
        Map<String, String> settings =
                Map.of("id.lum.flowmesh", "journal.mode = rollback", "id.lum.lumilake", "journal.mode = rollback");
        Path etc = home.resolve("etc");
        Path shipped = Files.createDirectory(elsewhere.resolve("shipped"));
        ShippedFolder.delete(home.resolve("data"));
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            Path file = etc.resolve(setting.getKey() + ".cfg");
            Files.move(file, shipped.resolve(file.getFileName()));
            Files.writeString(file, setting.getValue() + "\n");
        }
        try {
            Lumid container = shell();
            Await.until(
                    "both hosts are served",
                    () -> container.type("hooks:list").split("permission lumid", -1).length == 3);
            assertThat(home.resolve("data/lumid/flowmesh-acl.sqlite")).exists();
            assertThat(home.resolve("data/lumid/lumilake-acl.sqlite")).exists();
        } finally {
            try (var files = Files.list(shipped)) {
                for (Path file : files.toList()) {
                    Files.move(file, etc.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    @Test
    void withoutATemporaryFolderGrantsAreKeptAndKillsLeaveAtMostOneCopyOfTheNativeLibrary() throws Exception {
        String options = "-Djava.io.tmpdir=/proc/nowhere";
        for (int kill = 0; kill < KILLS; kill++) {
            Lumid container = lumid(java(options));
            Await.until(
                    "it unpacks the library or has loaded it",
                    () -> nativeLibraries().stream()
                                    .anyMatch(file -> file.toString().contains("sqlite-native-" + container.pid()))
                            || log().contains(HOOK_IS_THERE));
            container.close();
            assertThat(nativeLibraries()).hasSizeLessThanOrEqualTo(1);
        }
        Lumid container = lumid(java(options));
        container.waitFor("g! ");
        Await.until(
                "grants are kept",
                () -> container
                        .type("lumid:share flowmesh workflow wf-1 ann read")
                        .contains("granted"));
        assertThat(container.type("lumid:grants flowmesh ann")).contains("workflow wf-1: ann READ");
        assertThat(nativeLibraries()).isEmpty();
    }

    /** Those that are unpacked, of whatever process. */
    private static List<Path> nativeLibraries() throws IOException {
        Path data = home.resolve("data");
        if (!Files.exists(data)) {
            return List.of();
        }
        try (var files = Files.walk(data)) {
            return files.filter(file -> file.getFileName().toString().matches("sqlite-.*sqlitejdbc\\.(so|dylib|dll)"))
                    .toList();
        } catch (UncheckedIOException changing) {
            return List.of();
        }
    }

    private static Path copyOf(String pid) {
        return home.resolve("etc/id.lum." + pid + "-old.cfg");
    }

    @Test
    void bundleThatCannotRunEndsTheContainerWithItsNameAndTheReason() throws Exception {
        Path jar = bundle("Import-Package", "nowhere.to.be.found");

        Lumid container = lumid(java("-Dfelix.auto.start.6=\"" + jar.toUri() + "\""));

        assertThat(container.exit()).isEqualTo(1);
        assertThat(container.lines())
                .anyMatch(line ->
                        line.startsWith("lumid: com.acme.plugin cannot run: ") && line.contains("nowhere.to.be.found"))
                .last()
                .asString()
                .contains("the container has ended");
    }

    @Test
    void bundleWhoseActivatorFailsEndsTheContainerWithItsNameAndTheReason() throws Exception {
        Path jar = bundle("Bundle-Activator", "com.acme.NotThere");

        Lumid container = lumid(java("-Dfelix.auto.start.6=\"" + jar.toUri() + "\""));

        assertThat(container.exit()).isEqualTo(1);
        assertThat(container.lines())
                .anyMatch(line ->
                        line.startsWith("lumid: com.acme.plugin cannot run: ") && line.contains("com.acme.NotThere"));
    }

    @Test
    void bundleThatIsInstalledOnPurposeNeedNotRun() throws Exception {
        Path jar = bundle("Import-Package", "nowhere.to.be.found");

        Lumid container = lumid(java("-Dfelix.auto.install.6=\"" + jar.toUri() + "\""));

        container.waitFor("g! ");
        assertThat(container.type("lb -s com.acme.plugin")).contains("Installed");
    }

    @Test
    void bundleThatIsNotThereEndsTheContainer() throws Exception {
        String missing = elsewhere.resolve("missing.jar").toUri().toString();
        for (String list : List.of("start.6=\"" + missing + "\"", "start.6=" + missing, "install.6=" + missing)) {
            Lumid container = lumid(java("-Dfelix.auto." + list));

            assertThat(container.exit()).isEqualTo(1);
            assertThat(container.lines()).contains("lumid: " + missing + " could not be installed; see above.");
        }
    }

    @Test
    void lineAfterOneWithoutABackslashIsRefusedAtTheStart() throws Exception {
        Path conf = home.resolve("conf/config.properties");
        String shipped = Files.readString(conf);
        String stray = "\"file:${lumid.home}/bundle/com.example.guard-1.0.0.jar\"";
        Files.writeString(
                conf, shipped.replaceFirst("(id\\.lum\\.demo-.*\\.jar\")", "$1\n " + Matcher.quoteReplacement(stray)));
        try {
            Lumid container = lumid(command -> {});

            assertThat(container.exit()).isEqualTo(1);
            assertThat(container.text())
                    .containsPattern("lumid: line [0-9]+ of .*config.properties is no property")
                    .contains("needs a backslash at its end: " + stray, "the container was not started");
        } finally {
            Files.writeString(conf, shipped);
        }
    }

    @Test
    void virtualMachineWithoutMemoryEndsInsteadOfGoingOnWithAThreadLess() throws Exception {
        Lumid container = shell();

        assertThat(container.commandLine()).contains("-XX:+ExitOnOutOfMemoryError");
    }

    @Test
    void secondContainerInTheSameDataIsRefusedAndOneElsewhereIsNot() throws Exception {
        Lumid first = shell();

        Lumid second = lumid(command -> {});
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.text()).contains("another container runs in " + home.resolve("data"));
        assertThat(first.type("hooks:list")).contains("permission lumid");

        Lumid demo = lumid(command -> {}, "demo");
        demo.waitFor("g! ");
    }

    @Test
    void dataThatIsNoFolderIsRefusedWithItsName() throws Exception {
        Path data = home.resolve("data/demo");
        ShippedFolder.delete(data);
        Files.createDirectories(data.getParent());
        Files.writeString(data, "in the way of the folder");
        try {
            assertThat(run(Map.of(), "demo").exit()).isEqualTo(1);
            assertThat(errors()).contains("lumid: the container could not be started: ", data.toString());
        } finally {
            Files.delete(data);
        }
    }

    @Test
    void exitInTheShellEndsTheContainer() throws Exception {
        Lumid container = shell();

        container.send("exit 0");

        assertThat(container.exit()).isZero();
        assertThat(container.text()).doesNotContain("FAILED");
    }

    @Test
    void updateOfTheFrameworkStartsItAgain() throws Exception {
        Lumid container = shell();
        Await.until("a hook is there", () -> log().contains(HOOK_IS_THERE));

        container.send("update 0");

        Await.until("the hook has left", () -> log().contains(HOOK_HAS_LEFT));
        Await.until(
                "the hook is there again", () -> log().lastIndexOf(HOOK_IS_THERE) > log().lastIndexOf(HOOK_HAS_LEFT));
        assertThat(container.text()).doesNotContain("the container has ended");
        container.terminate();
        assertThat(container.exit()).isEqualTo(ENDED_BY_SIGTERM);
    }

    @Test
    void nothingIsPrintedAtDebugAndNoSecretAnywhere() throws Exception {
        Lumid container = shell();
        Await.until("the configuration was read", () -> log().contains("somebody.else"));
        container.endInput();
        container.exit();

        assertThat(container.text() + log()).doesNotContain("DEBUG", "TRACE", SECRET);
    }

    /**
     * At DEBUG the configuration service prints all it is given; whoever looks for something else must not see that.
     */
    @Test
    void secretStaysOutOfTheLogEvenWhenTheLevelIsLowered() throws Exception {
        Path conf = home.resolve("conf/logback.xml");
        String shipped = Files.readString(conf);
        Files.writeString(conf, shipped.replace("<root level=\"INFO\">", "<root level=\"DEBUG\">"));
        try {
            shell();
            Await.until("the configuration was read", () -> log().contains("somebody.else"));
        } finally {
            Files.writeString(conf, shipped);
        }

        assertThat(log()).contains("DEBUG").doesNotContain(SECRET);
    }

    @Test
    void whatItWritesIsForItsOwnerOnly() throws Exception {
        Lumid container = shell();
        container.endInput();
        container.exit();

        try (var written = Files.walk(home.resolve("data"))) {
            assertThat(written)
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .endsWith("------"));
        }
    }

    @Test
    void unknownArgumentIsAnsweredWithTheUsage() throws Exception {
        for (String[] arguments :
                List.of(words("nonsense"), words("--stay"), words("tour", "nonsense"), words("demo", "--stay"))) {
            Lumid answer = run(Map.of(), arguments);
            assertThat(answer.exit()).isEqualTo(2);
            assertThat(answer.text()).isEmpty();
            assertThat(errors()).startsWith("Usage: lumid");
        }
    }

    @Test
    void helpIsNoError() throws Exception {
        Lumid answer = run(Map.of(), "--help");
        assertThat(answer.exit()).isZero();
        assertThat(answer.text()).startsWith("Usage: lumid");
        assertThat(errors()).isEmpty();
    }

    @Test
    void olderJavaIsRefusedInAClearSentence() throws Exception {
        for (String version : List.of("11.0.27", "1.8.0_452")) {
            Path java = elsewhere.resolve("bin/java");
            Files.createDirectories(java.getParent());
            Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2025-04-15' >&2\n");
            Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));

            assertThat(run(Map.of("JAVA_HOME", elsewhere.toString())).exit()).isEqualTo(1);
            assertThat(errors()).startsWith("lumid: Java 17 or newer is needed");
        }
    }

    @Test
    void wrongJavaHomeIsRefusedInAClearSentence() throws Exception {
        assertThat(run(Map.of("JAVA_HOME", elsewhere.toString())).exit()).isEqualTo(1);
        assertThat(errors()).contains("JAVA_HOME is " + elsewhere);
    }

    @Test
    void pathThatUrlsCannotHoldIsRefusedInAClearSentence() throws Exception {
        Path odd = ShippedFolder.copy("100%").home();
        try (Lumid answer = Lumid.start(odd)) {
            assertThat(answer.exit()).isEqualTo(1);
            assertThat(answer.text()).contains(odd.toString(), "please move it");
        }
    }

    private static Consumer<ProcessBuilder> java(String options) {
        return command -> command.environment().put("JAVA_OPTS", options);
    }

    private Path bundle(String header, String value) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "com.acme.plugin");
        manifest.getMainAttributes().putValue(header, value);
        Path jar = elsewhere.resolve("plugin.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }

    /** A relative link to a relative link, as a package manager might make them. */
    private static Path linkToLumid() throws IOException {
        Path links = Files.createDirectories(home.resolveSibling("links"));
        Files.createSymbolicLink(links.resolve("first"), Path.of("../lumid/bin/lumid"));
        return Files.createSymbolicLink(links.resolve("second"), Path.of("first"));
    }

    /** The container with its shell, up. */
    private Lumid shell() throws Exception {
        Lumid container = lumid(command -> {});
        container.awaitHooks();
        return container;
    }

    /** What it answers at once, its errors apart. */
    private Lumid run(Map<String, String> environment, String... arguments) throws IOException {
        return lumid(
                command -> {
                    command.redirectErrorStream(false)
                            .redirectError(errorsFile().toFile());
                    command.environment().putAll(environment);
                },
                arguments);
    }

    private Lumid lumid(Consumer<ProcessBuilder> circumstances, String... arguments) throws IOException {
        Files.deleteIfExists(home.resolve("data/log/lumid.log"));
        Lumid container = Lumid.start(home, circumstances, arguments);
        started.add(container);
        return container;
    }

    private static String[] words(String... words) {
        return words;
    }

    private Path errorsFile() {
        return elsewhere.resolve("errors");
    }

    private String errors() throws IOException {
        return Files.readString(errorsFile());
    }

    private static String log() throws IOException {
        Path log = home.resolve("data/log/lumid.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }
}
