package id.lum.goplugin.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.SingletonConfiguration.Owner;
import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.PluginFile;
import id.lum.testing.Await;
import id.lum.testing.Background;
import id.lum.testing.CapturedLog;
import id.lum.testing.EmptyFramework;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Settings, folders and services, in a real framework with real processes. */
class GoPluginOwnerTest {
    @TempDir
    Path folder;

    private PluginFiles files;
    private EmptyFramework framework;
    private CapturedLog log;
    private final List<Owner> owners = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        files = PluginFiles.in(folder);
        framework = new EmptyFramework(folder.resolve("framework"));
        log = CapturedLog.ofEverything();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        owners.forEach(Owner::close);
        log.close();
        framework.close();
        if (Files.isDirectory(files.work())) {
            assertThat(files.leftovers()).isEmpty();
        }
        assertThat(PluginThreads.running()).isEmpty();
    }

    private Map<String, Object> settings(Map<String, String> some) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "roots",
                files.root().toString(),
                "work.folder",
                files.work().toString(),
                "socket.folder",
                files.sockets().toString(),
                "scan.seconds",
                "1",
                "cookies",
                "hello",
                "start.timeout.ms",
                "60000",
                "call.timeout.ms",
                "60000"));
        all.putAll(some);
        return all;
    }

    private Owner owner(Map<String, Object> settings) {
        Owner owner = ConfiguredOwner.open(
                GoPluginConfiguration.class, GoPluginSettings.PID, new GoPluginOwner(framework.context()), settings);
        owners.add(owner);
        return owner;
    }

    private Optional<TokenStore> store(String prefix) throws InvalidSyntaxException {
        return framework
                .context()
                .getServiceReferences(TokenStore.class, "(" + TokenStore.PREFIX + "=" + prefix + ")")
                .stream()
                .max(ServiceReference::compareTo)
                .map(framework.context()::getService);
    }

    private String ask(String prefix, String path) throws InvalidSyntaxException, TokenStoreException {
        return store(prefix).orElseThrow().value(path, "");
    }

    private String pinned(PluginFile file) throws Exception {
        return file.prefix() + " " + Checksum.of(file.path());
    }

    @Test
    void aPluginWithItsChecksumIsAServiceUntilItIsSwitchedOff() throws Exception {
        Owner owner = owner(settings(Map.of("sha256", pinned(files.server()))));
        assertThat(ask("VAULT", "a")).isEqualTo("a->");
        ProcessHandle process =
                ProcessHandle.of(Long.parseLong(ask("VAULT", "pid"))).orElseThrow();

        owner.apply(settings(Map.of("roots", "")));
        assertThat(store("VAULT")).isEmpty();
        assertThat(process.isAlive()).isFalse();
        assertThat(PluginThreads.running()).isEmpty();
    }

    @Test
    void aPluginWithoutAChecksumIsNotRunAndTheLineToAddIsLoggedOnce() throws Exception {
        PluginFile file = files.script("touch " + folder.resolve("was-run"));
        Owner owner = owner(settings(Map.of()));
        owner.apply(settings(Map.of()));
        assertThat(store("VAULT")).isEmpty();
        assertThat(folder.resolve("was-run")).doesNotExist();
        assertThat(log.errors())
                .singleElement()
                .asString()
                .contains(
                        "The plugin " + file.path() + " for VAULT is not run",
                        "If you trust the file, add \"" + pinned(file) + "\".");
    }

    @Test
    void aPluginThatOthersMayWriteToIsNoService() throws Exception {
        PluginFile file = files.script("exit");
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rwxrwxrwx"));
        owner(settings(Map.of("sha256", "VAULT none")));
        assertThat(store("VAULT")).isEmpty();
        assertThat(log.errors()).singleElement().asString().contains("group or others may write");
    }

    @Test
    void aPluginThatIsPutThereLaterIsFoundAndOneThatIsTakenAwayLeaves() throws Exception {
        owner(settings(Map.of("sha256", "VAULT none")));
        assertThat(log.errors()).singleElement().asString().contains("There is no plugin for VAULT");
        PluginFile file = files.server();
        Await.until("there is a store", () -> store("VAULT").isPresent());
        assertThat(ask("VAULT", "a")).isEqualTo("a->");
        Files.delete(file.path());
        Await.until("there is none", () -> store("VAULT").isEmpty());
    }

    @Test
    void anExchangedPluginTakesThePlaceOfTheOld() throws Exception {
        files.server();
        owner(settings(Map.of("sha256", "VAULT none")));
        String before = ask("VAULT", "pid");
        files.script("# another\n" + PluginFiles.serverCommand());
        Await.until("another process answers", () -> !ask("VAULT", "pid").equals(before));
        Await.until(
                "the old one has ended",
                () -> ProcessHandle.of(Long.parseLong(before)).isEmpty());
    }

    @Test
    void anExchangedPluginIsRunOnceTheSettingHasItsChecksumAndTheOldOneServesMeanwhile() throws Exception {
        String former = pinned(files.server());
        Owner owner = owner(settings(Map.of("sha256", former)));
        String before = ask("VAULT", "pid");
        PluginFile next = files.script("# another\n" + PluginFiles.serverCommand());
        Await.until(
                "it is noticed",
                () -> !log.linesWith("was exchanged, and is not run").isEmpty());
        assertThat(ask("VAULT", "pid")).isEqualTo(before);
        owner.apply(settings(Map.of("sha256", pinned(next))));
        assertThat(ask("VAULT", "pid")).isNotEqualTo(before);
        assertThat(log.errors())
                .singleElement()
                .asString()
                .contains("its SHA-256 is " + pinned(next).split(" ")[1]);
    }

    @Test
    void theFormerPluginServesUntilTheNextOneDoes() throws Exception {
        String sha256 = pinned(files.server());
        Owner owner = owner(settings(Map.of("sha256", sha256)));
        String before = ask("VAULT", "pid");
        owner.apply(settings(Map.of("sha256", sha256, "cookies", "wrong")));
        Await.until(
                "the next one fails",
                () -> !log.linesWith("its plugin does not start").isEmpty());
        assertThat(ask("VAULT", "pid")).isEqualTo(before);
        assertThat(log.linesWith("exit code 1 before its handshake, as a plugin does that knows no cookie"))
                .isNotEmpty();
        owner.apply(settings(Map.of("sha256", sha256)));
        assertThat(ask("VAULT", "pid")).isEqualTo(before);
    }

    @Test
    void aFormerPluginThatEndsIsStartedAgainFromItsCopy() throws Exception {
        owner(settings(Map.of("sha256", pinned(files.server()))));
        String before = ask("VAULT", "pid");
        files.script("exit 3");
        Await.until(
                "it is noticed", () -> !log.linesWith("The former one goes on.").isEmpty());
        ProcessHandle.of(Long.parseLong(before)).orElseThrow().destroyForcibly();
        Await.until("another process answers", () -> !ask("VAULT", "pid").equals(before));
    }

    @Test
    void aPluginThatIsExchangedWhileItIsAskedFailsNoCall() throws Exception {
        files.server();
        owner(settings(Map.of("sha256", "VAULT none")));
        AtomicBoolean enough = new AtomicBoolean();
        List<Future<Long>> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TokenStore store = store("VAULT").orElseThrow();
            callers.add(Background.start(() -> {
                long calls = 0;
                for (; !enough.get(); calls++) {
                    assertThat(store.value("a", "")).isEqualTo("a->");
                }
                return calls;
            }));
        }
        for (int exchange = 0; exchange < 3; exchange++) {
            String before = ask("VAULT", "pid");
            files.script("# " + exchange + "\n" + PluginFiles.serverCommand());
            Await.until("another process answers", () -> !ask("VAULT", "pid").equals(before));
        }
        enough.set(true);
        for (Future<Long> caller : callers) {
            assertThat(Await.result(caller)).isPositive();
        }
    }

    @Test
    void aPluginWhoseFolderCannotBeReadGoesOnUntilItsChecksumIsWithdrawn() throws Exception {
        String sha256 = pinned(files.server());
        Owner owner = owner(settings(Map.of("sha256", sha256)));
        String before = ask("VAULT", "pid");
        Files.move(files.root(), folder.resolve("elsewhere"));
        // A link to itself: root may read anything else.
        Files.createSymbolicLink(files.root(), files.root());
        Await.until(
                "it is noticed", () -> !log.linesWith("What runs of it goes on").isEmpty());
        assertThat(ask("VAULT", "pid")).isEqualTo(before);
        owner.apply(settings(Map.of("sha256", "VAULT " + "0".repeat(64))));
        assertThat(store("VAULT")).isEmpty();
        assertThat(ProcessHandle.of(Long.parseLong(before))).isEmpty();
    }

    @Test
    void rulesAboutAPluginThatCannotBeRunAreNamed() throws Exception {
        owner(settings(Map.of("sha256", pinned(files.script("exit")), "environment", "VALUT HOME")));
        assertThat(log.linesWith(" WARN "))
                .anySatisfy(line -> assertThat(line)
                        .contains("id.lum.goplugin: environment is about VALUT, for which sha256 has no checksum"));
    }

    @Test
    void aChangeOfOneSettingLeavesTheProcessOfAnotherPluginAlone() throws Exception {
        PluginFile vault = files.server();
        PluginFile other = files.script("OTHER", PluginFiles.serverCommand());
        String both = pinned(vault) + ", " + pinned(other);
        Owner owner = owner(settings(Map.of("sha256", both)));
        String before = ask("VAULT", "pid");
        owner.apply(settings(Map.of("sha256", both, "environment", "OTHER HOME")));
        assertThat(ask("VAULT", "pid")).isEqualTo(before);
        Await.until("the next one serves", () -> ask("OTHER", "environment").contains("HOME="));
    }

    @Test
    void aRefusedConfigurationLeavesTheLastGoodOneInForce() throws Exception {
        Owner owner = owner(settings(Map.of("sha256", pinned(files.server()))));
        String before = ask("VAULT", "pid");
        owner.apply(settings(Map.of("sha256", "nonsense")));
        assertThat(ask("VAULT", "pid")).isEqualTo(before);
        assertThat(log.errors()).singleElement().asString().contains("The last good configuration stays in force.");
    }

    @Test
    void aWorkFolderThatOthersMayChangeIsRefused() throws Exception {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        owner(settings(Map.of("sha256", pinned(files.server()), "work.folder", shared.toString())));
        assertThat(store("VAULT")).isEmpty();
        assertThat(log.errors())
                .singleElement()
                .asString()
                .contains("work.folder", "group or others may write to " + shared, "No plugin is run.");
    }

    @Test
    void anotherWorkFolderIsUsedFromNowOn() throws Exception {
        String sha256 = pinned(files.server());
        Owner owner = owner(settings(Map.of("sha256", sha256)));
        String before = ask("VAULT", "pid");
        owner.apply(settings(
                Map.of("sha256", sha256, "work.folder", folder.resolve("work2").toString())));
        assertThat(ask("VAULT", "pid")).isNotEqualTo(before);
        assertThat(folder.resolve("work2/copies")).isNotEmptyDirectory();
        assertThat(files.work().resolve("copies")).isEmptyDirectory();
    }

    @Test
    void whatIsLeftOfAKilledContainerEndsAtTheNextStart() throws Exception {
        Path live = folder.resolve("live");
        WorkFolder former = files.workFolder();
        ProcessRecord record =
                former.prepare(former.copy(files.spec(files.script("touch " + live + "; exec sleep 600"))));
        Process orphan = former.launch(new ProcessBuilder(record.executable().toString()), record);
        Await.until("it runs", () -> Files.exists(live));
        owner(settings(Map.of("roots", "")));
        assertThat(orphan.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
}
