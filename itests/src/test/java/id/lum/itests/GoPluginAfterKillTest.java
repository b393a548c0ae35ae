package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A plugin goes on when its container is killed. The next start ends it, and leaves nothing of it. */
class GoPluginAfterKillTest {
    private static final String LEFT_BEHIND = "left behind by a container that is gone, has been ended";

    /** The plugin to run. */
    Path plugin() {
        return TestPlugin.java();
    }

    @Test
    void inFelixTheNextStartEndsThePluginOfAKilledContainer() throws Exception {
        Path home = ShippedFolder.copy(getClass().getSimpleName()).home();
        install(home, home.resolve("etc"));
        Path log = home.resolve("data/log/lumid.log");
        RunningPlugin orphan;
        try (Lumid killed = Lumid.start(home, command -> command.directory(home.toFile()))) {
            orphan = awaitServing(killed.handle(), log);
            killed.kill();
            assertThat(orphan.isAlive()).isTrue();
        }
        try (Lumid next = Lumid.start(home, command -> command.directory(home.toFile()))) {
            RunningPlugin plugin = awaitServing(next.handle(), log);
            assertNothingIsLeft(orphan);
            assertThat(log).content().contains("process " + orphan.handle().pid() + " of its plugin, " + LEFT_BEHIND);

            next.endInput();
            assertThat(next.exit()).isZero();
            assertNothingIsLeft(plugin);
            assertThat(home.resolve("data/lumid/goplugin/copies")).isEmptyDirectory();
        } finally {
            orphan.kill();
        }
    }

    @Test
    void inKarafTheNextStartEndsThePluginOfAKilledContainer() throws Exception {
        try (Karaf karaf =
                Karaf.unpack(getClass().getSimpleName() + "-karaf").user("ada", "admin", "manager", "viewer")) {
            // A file that is there already stays.
            install(karaf.home(), karaf.etc());
            karaf.start("ada", Map.of());
            karaf.types(
                    "ada",
                    "kar:install " + Path.of(System.getProperty("lumid.kar")).toUri(),
                    "feature:install lumid-goplugin");
            RunningPlugin orphan = awaitServing(karaf.handle(), karaf.log());
            karaf.kill();
            try {
                assertThat(orphan.isAlive()).isTrue();
                karaf.start("ada", Map.of());
                RunningPlugin plugin = awaitServing(karaf.handle(), karaf.log());
                assertNothingIsLeft(orphan);

                karaf.stop();
                assertNothingIsLeft(plugin);
            } finally {
                orphan.kill();
            }
        }
    }

    /** The one that the log names: one that knows its host by another cookie runs for a moment before. */
    private static RunningPlugin awaitServing(ProcessHandle container, Path log) throws IOException {
        Await.until("one serves", () -> serving(container, log).isPresent());
        return serving(container, log).orElseThrow();
    }

    private static Optional<RunningPlugin> serving(ProcessHandle container, Path log) throws IOException {
        String logged = Files.exists(log) ? Files.readString(log) : "";
        return RunningPlugin.of(container).stream()
                .filter(plugin -> logged.contains(
                        "VAULT is answered by process " + plugin.handle().pid() + "."))
                .findFirst();
    }

    /** Where configmanager has it, below the folder in which the container runs. */
    private void install(Path current, Path etc) throws IOException {
        Path file = TestPlugin.install(plugin(), current.resolve(".configmanager/plugins"), "VAULT");
        Files.writeString(
                etc.resolve("id.lum.goplugin.cfg"),
                "configmanager.layout = on\nsha256 = VAULT " + TestPlugin.checksum(file)
                        + "\nstart.timeout.ms = 60000\n");
    }

    /** The system may take a while to forget a process that has ended and whose parent has, too. */
    private static void assertNothingIsLeft(RunningPlugin plugin) {
        Await.until("it has ended", () -> !plugin.isAlive());
        Await.until("its socket is gone", () -> Files.notExists(plugin.socketFolder()));
    }
}
