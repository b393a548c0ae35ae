package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.FakeLumid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages show of the shell is typed into the shipped container, and answered as the pages say. */
class DocumentedSessionsTest {
    private Path home;

    @BeforeEach
    void unpack(TestInfo test) {
        home = ShippedFolder.copy("Documented " + test.getDisplayName().replaceAll("[^A-Za-z]", ""))
                .home();
    }

    @Test
    void firstStepsInTheDemo() throws Exception {
        try (Lumid demo = start("demo")) {
            ShellSession.of("docs/operate/first-steps.md").get(0).plays(demo);
        }
    }

    @Test
    void installationInFelix() throws Exception {
        try (Lumid container = start()) {
            ShellSession.of("docs/operate/felix.md").get(0).plays(container);
        }
    }

    @Test
    void secretsByReference(@TempDir Path secrets) throws Exception {
        List<ShellSession> sessions = ShellSession.of("docs/operate/secrets.md");
        Files.writeString(secrets.resolve("runmesh-bridge"), "the secret of today");
        write(
                "etc/id.lum.tokenstore.cfg",
                "allow = id.lum.flowmesh FILE runmesh-*\nfile.root = " + secrets + "\nrecheck.seconds = 5\n");
        write(
                "etc/id.lum.flowmesh.cfg",
                "billing.base.url = http://localhost:9\n.bridge.secret = FILE://runmesh-bridge\n");
        try (Lumid container = start()) {
            sessions.get(0).plays(container);

            Path next = Files.writeString(secrets.resolve("next"), "the secret of tomorrow");
            Files.move(next, secrets.resolve("runmesh-bridge"), StandardCopyOption.ATOMIC_MOVE);
            sessions.get(1).comesToPlay(container);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/migrate.md"})
    void firstCheck(String page) throws Exception {
        try (FakeLumid lumid = FakeLumid.start()
                .issue("ann-token", "ann", "ann@example.com", "flowmesh:workflows:read", "flowmesh:workflows:write")) {
            write("data/lumid/tokens/test", "ann-token\n");
            try (Lumid container = start(command ->
                    command.environment().put("LUM_ID_BASE_URL", lumid.url().toString()))) {
                List<String> answers = ShellSession.of(page).get(0).answers(container);

                assertThat(answers.get(0)).contains("identity   lumid").doesNotContain("unavailable");
                assertThat(answers).anyMatch(answer -> answer.startsWith("principal ann (org lumid"));
                assertThat(answers.get(answers.size() - 1)).contains("denied, NO_GRANT");
                assertThat(answers).noneMatch(answer -> answer.contains("Exception") || answer.contains("not found"));
            }
        }
    }

    @Test
    void hookOfADeveloper() throws Exception {
        List<ShellSession> sessions = ShellSession.of("docs/develop/write-a-hook.md");
        try (Lumid demo = start("demo")) {
            sessions.get(0)
                    .with("/home/you/guard/target/com.example.guard-1.0.0-SNAPSHOT.jar", example("guard"))
                    .plays(demo);

            write("demo/etc/com.example.guard.cfg", "opens.at = 24\n");
            sessions.get(1).comesToPlay(demo);
        }
    }

    @Test
    void hostOfADeveloper() throws Exception {
        Path settings = home.resolve("demo/etc/id.lum.demo.cfg");
        Files.writeString(settings, Files.readString(settings).replace("hosts = ", "hosts = acme, "));
        write("demo/etc/id.lum.hooks.host-acme.cfg", "host = acme\n");
        try (Lumid demo = start("demo")) {
            ShellSession.of("docs/develop/write-a-host.md")
                    .get(0)
                    .with("/home/you/host/target/com.example.host-1.0.0-SNAPSHOT.jar", example("host"))
                    .plays(demo);
        }
    }

    @Test
    void tokenStoreOfADeveloper(@TempDir Path place) throws Exception {
        Path secrets = Files.writeString(place.resolve("secrets.properties"), "runmesh-bridge = the secret of today\n");
        write("etc/com.example.store.cfg", "file = " + secrets + "\n");
        write("etc/id.lum.tokenstore.cfg", "allow = id.lum.flowmesh PROPS runmesh-*\n");
        try (Lumid container = start()) {
            container.type("start file:" + example("store"));
            ShellSession.of("docs/develop/write-a-store.md").get(0).comesToPlay(container);
        }
    }

    private Lumid start(String... arguments) throws Exception {
        return start(command -> {}, arguments);
    }

    private Lumid start(Consumer<ProcessBuilder> circumstances, String... arguments) throws Exception {
        Lumid container = Lumid.start(home, circumstances, arguments);
        container.awaitHooks();
        return container;
    }

    private void write(String file, String text) throws IOException {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    /** The bundle that the build has made of the example. */
    private static String example(String name) {
        return System.getProperty("lumid.example." + name);
    }
}
