package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that an operator types, started as a process, in a folder with a blank in its path. */
class LauncherTest {
    private static final String SECRET = "not-for-any-log";
    static final int ENDED_BY_SIGTERM = 128 + 15;

    private static Path home;

    @TempDir
    Path elsewhere;

    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void unpackAndConfigure() throws IOException {
        home = ShippedFolder.copy("Launcher Test").home();
        Files.writeString(home.resolve("etc/somebody.else.cfg"), ".password = " + SECRET + "\n");
    }

    @AfterEach
    void nothingIsLeftRunning() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void serviceEndsCleanlyOnSigterm() throws Exception {
        Process container = lumid(elsewhere.resolve("console"), Path.of("/dev/null"), linkToLumid());
        Await.until("the composed view is there", () -> log().contains("host~flowmesh"));
        Await.until("a hook is there", () -> log().contains("identity hook demo is there"));

        container.destroy();

        assertThat(exitOf(container)).isEqualTo(ENDED_BY_SIGTERM);
        assertThat(log()).contains("identity hook demo has left");
        assertThat(console()).doesNotContain("ERROR", "g! ");
    }

    @Test
    void endOfInputEndsTheShellAndTheContainer() throws Exception {
        Process container = shell(elsewhere.resolve("console"));
        type(container, "lb\n");
        Await.until("the bundles are listed", () -> console().contains("lum.id hooks: API and composed view"));

        container.getOutputStream().close();

        assertThat(exitOf(container)).isZero();
        assertThat(console()).doesNotContain("Resolved", "Installed", "ERROR");
    }

    @Test
    void exitInTheShellEndsTheContainer() throws Exception {
        Process container = shell(elsewhere.resolve("console"));

        type(container, "exit 0\n");

        assertThat(exitOf(container)).isZero();
        assertThat(console()).doesNotContain("FAILED");
    }

    @Test
    void nothingIsPrintedAtDebugAndNoSecretAnywhere() throws Exception {
        Process container = shell(elsewhere.resolve("console"));
        Await.until("the configuration was read", () -> log().contains("somebody.else"));
        container.getOutputStream().close();
        exitOf(container);

        assertThat(console() + log()).doesNotContain("DEBUG", "TRACE", SECRET);
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
            shell(elsewhere.resolve("console"));
            Await.until("the configuration was read", () -> log().contains("somebody.else"));
        } finally {
            Files.writeString(conf, shipped);
        }

        assertThat(log()).contains("DEBUG").doesNotContain(SECRET);
    }

    @Test
    void whatItWritesIsForItsOwnerOnly() throws Exception {
        Process container = shell(elsewhere.resolve("console"));
        container.getOutputStream().close();
        exitOf(container);

        try (var written = Files.walk(home.resolve("data"))) {
            assertThat(written)
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .endsWith("------"));
        }
    }

    @Test
    void unknownArgumentIsAnsweredWithTheUsage() throws Exception {
        for (List<String> arguments : List.of(List.of("nonsense"), List.of("--stay"), List.of("tour", "nonsense"))) {
            assertThat(run(List.of(), arguments)).isEqualTo(2);
            assertThat(console()).isEmpty();
            assertThat(errors()).startsWith("Usage: lumid");
        }
    }

    @Test
    void helpIsNoError() throws Exception {
        assertThat(run(List.of(), List.of("--help"))).isZero();
        assertThat(console()).startsWith("Usage: lumid");
        assertThat(errors()).isEmpty();
    }

    @Test
    void olderJavaIsRefusedInAClearSentence() throws Exception {
        for (String version : List.of("11.0.27", "1.8.0_452")) {
            Path java = elsewhere.resolve("bin/java");
            Files.createDirectories(java.getParent());
            Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2025-04-15' >&2\n");
            Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));

            assertThat(run(List.of("JAVA_HOME=" + elsewhere), List.of())).isEqualTo(1);
            assertThat(errors()).startsWith("lumid: Java 17 or newer is needed");
        }
    }

    @Test
    void wrongJavaHomeIsRefusedInAClearSentence() throws Exception {
        assertThat(run(List.of("JAVA_HOME=" + elsewhere), List.of())).isEqualTo(1);
        assertThat(errors()).contains("JAVA_HOME is " + elsewhere);
    }

    @Test
    void pathThatUrlsCannotHoldIsRefusedInAClearSentence() throws Exception {
        Path odd = ShippedFolder.copy("100%").home();
        ProcessBuilder command = command(odd.resolve("bin/lumid"));
        command.redirectErrorStream(true)
                .redirectOutput(elsewhere.resolve("console").toFile());
        assertThat(exitOf(start(command))).isEqualTo(1);
        assertThat(console()).contains(odd.toString(), "please move it");
    }

    /** A relative link to a relative link, as a package manager might make them. */
    private static Path linkToLumid() throws IOException {
        Path links = Files.createDirectories(home.resolveSibling("links"));
        Files.createSymbolicLink(links.resolve("first"), Path.of("../lumid/bin/lumid"));
        return Files.createSymbolicLink(links.resolve("second"), Path.of("first"));
    }

    /** The container with its shell, up. */
    private Process shell(Path console) throws Exception {
        Process container = lumid(console, null, home.resolve("bin/lumid"));
        Await.until("the shell prompts", () -> console().contains("g! "));
        return container;
    }

    private Process lumid(Path console, Path input, Path lumid) throws IOException {
        ProcessBuilder command = command(lumid).redirectErrorStream(true).redirectOutput(console.toFile());
        if (input != null) {
            command.redirectInput(input.toFile());
        }
        Files.deleteIfExists(home.resolve("data/log/lumid.log"));
        return start(command);
    }

    private int run(List<String> environment, List<String> arguments) throws Exception {
        ProcessBuilder command = command(home.resolve("bin/lumid"))
                .redirectOutput(elsewhere.resolve("console").toFile())
                .redirectError(elsewhere.resolve("errors").toFile());
        command.command().addAll(arguments);
        environment.forEach(setting -> {
            String[] parts = setting.split("=", 2);
            command.environment().put(parts[0], parts[1]);
        });
        return exitOf(start(command));
    }

    private static ProcessBuilder command(Path lumid) {
        ProcessBuilder command = new ProcessBuilder(lumid.toString());
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().remove("JAVA_OPTS");
        return command;
    }

    private Process start(ProcessBuilder command) throws IOException {
        Process process = command.start();
        started.add(process);
        return process;
    }

    private static int exitOf(Process process) throws InterruptedException {
        assertThat(process.waitFor(Await.BOUND.toSeconds(), TimeUnit.SECONDS))
                .as("it ends in time")
                .isTrue();
        return process.exitValue();
    }

    private static void type(Process container, String text) throws IOException {
        OutputStream input = container.getOutputStream();
        input.write(text.getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    private String console() throws IOException {
        return Files.readString(elsewhere.resolve("console"));
    }

    private String errors() throws IOException {
        return Files.readString(elsewhere.resolve("errors"));
    }

    private static String log() throws IOException {
        Path log = home.resolve("data/log/lumid.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }
}
