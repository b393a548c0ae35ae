package id.lum.wasi.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import id.lum.support.config.SingletonConfiguration.Owner;
import id.lum.support.plugin.Checksum;
import id.lum.testing.Await;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Settings, folders and services, in a real framework with real modules. */
class WasiStoreOwnerTest {
    @TempDir
    Path folder;

    private ModuleFolder modules;
    private EmptyFramework framework;
    private CapturedLog log;
    private final HeapBudget heap = new HeapBudget(500 << 20);
    private final List<Owner> owners = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        modules = new ModuleFolder(Files.createDirectories(folder.resolve("modules")));
        framework = new EmptyFramework(folder.resolve("framework"));
        log = CapturedLog.ofEverything();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        owners.forEach(Owner::close);
        log.close();
        framework.close();
        Await.until("modules have given their part of the heap back", () -> heap.taken() == 0);
        Await.until(
                "no thread is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("lumid-wasi")));
    }

    private Map<String, Object> settings(Map<String, String> some) {
        Map<String, Object> all = new HashMap<>(
                Map.of("roots", modules.root().toString(), "scan.seconds", "1", "call.timeout.ms", "60000"));
        all.putAll(some);
        return all;
    }

    private Owner owner(Map<String, String> settings) {
        Owner owner = ConfiguredOwner.open(
                WasiStoreConfiguration.class,
                WasiStoreSettings.PID,
                new WasiStoreOwner(framework.context(), heap),
                settings(settings));
        owners.add(owner);
        return owner;
    }

    private Optional<TokenStore> store() throws InvalidSyntaxException {
        return framework
                .context()
                .getServiceReferences(TokenStore.class, "(" + TokenStore.PREFIX + "=" + ModuleFolder.PREFIX + ")")
                .stream()
                .max(ServiceReference::compareTo)
                .map(framework.context()::getService);
    }

    private String ask(String path) throws InvalidSyntaxException, TokenStoreException {
        return store().orElseThrow().value(path, "");
    }

    private void awaitStore() throws Exception {
        Await.until("there is a store", () -> store().isPresent());
    }

    private void awaitError(String text) throws Exception {
        Await.until("an error is logged: " + text, () -> log.errors().stream().anyMatch(line -> line.contains(text)));
    }

    @ParameterizedTest
    @CsvSource({"compiled, compiled in", "interpreted, interpreted"})
    void aModuleWithItsChecksumIsAServiceUntilItIsSwitchedOff(String execution, String logged) throws Exception {
        Path file = modules.put(TestModules.misbehaving());
        Owner owner = owner(Map.of("sha256", "VAULT " + Checksum.of(file), "execution", execution));
        awaitStore();
        assertThat(ask("a")).isEqualTo("a");
        Await.until("it is logged", () -> !log.linesWith("VAULT has a store").isEmpty());
        assertThat(log.linesWith("VAULT has a store"))
                .singleElement()
                .asString()
                .contains(logged);

        owner.apply(settings(Map.of("roots", "")));
        assertThat(store()).isEmpty();
    }

    @Test
    void aModuleWithoutAChecksumIsNotRunAndTheLineToAddIsLogged() throws Exception {
        Path file = modules.put(TestModules.misbehaving());
        owner(Map.of());
        awaitError("If you trust the file, add \"VAULT " + Checksum.of(file) + "\".");
        assertThat(store()).isEmpty();
    }

    @Test
    void aModuleWithAnotherChecksumIsNotRun() throws Exception {
        Path file = modules.put(TestModules.misbehaving());
        owner(Map.of("sha256", "VAULT " + "0".repeat(64)));
        awaitError("its SHA-256 is " + Checksum.of(file));
        assertThat(store()).isEmpty();
    }

    @Test
    void aModuleThatOthersMayWriteToIsNotRun() throws Exception {
        Path file = modules.put(TestModules.misbehaving());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        owner(Map.of("sha256", "VAULT none"));
        awaitError("group or others may write");
        assertThat(store()).isEmpty();
    }

    @Test
    void aModuleThatIsPutThereLaterIsFoundAndOneThatIsTakenAwayLeaves() throws Exception {
        owner(Map.of("sha256", "VAULT none"));
        awaitError("There is no plugin for VAULT");
        Path file = modules.put(TestModules.misbehaving());
        awaitStore();
        Files.delete(file);
        Await.until("there is no store", () -> store().isEmpty());
    }

    @Test
    void aModuleThatIsReplacedIsPickedUpWithoutAFailedCall() throws Exception {
        Path secrets = Files.createDirectories(folder.resolve("secrets"));
        Files.writeString(secrets.resolve("name"), "from the file");
        modules.put(TestModules.misbehaving());
        owner(Map.of("sha256", "VAULT none", "folders", "VAULT " + secrets));
        awaitStore();
        TokenStore first = store().orElseThrow();
        assertThat(first.value("name", "")).isEqualTo("name");

        modules.put(TestModules.fileStore());
        String value = "name";
        while (value.equals("name")) {
            value = first.value("name", "");
        }
        assertThat(value).isEqualTo("from the file");
        assertThat(store()).containsSame(first);
    }

    @Test
    void aModuleGoesOnWhenItsFileIsReplacedByABadOne() throws Exception {
        Path file = modules.put(TestModules.misbehaving());
        owner(Map.of("sha256", "VAULT " + Checksum.of(file)));
        awaitStore();
        modules.put(TestModules.fileStore());
        awaitError("The one that was loaded before goes on.");
        assertThat(ask("a")).isEqualTo("a");
    }

    @Test
    void aModuleIsWithdrawnWhenItsChecksumIs() throws Exception {
        Path file = modules.put(TestModules.misbehaving());
        Owner owner = owner(Map.of("sha256", "VAULT " + Checksum.of(file)));
        awaitStore();
        owner.apply(settings(Map.of("sha256", "VAULT " + "0".repeat(64))));
        Await.until("there is no store", () -> store().isEmpty());
    }

    @Test
    void aModuleThatCannotBeLoadedIsRefusedOnceAndOthersAreServed() throws Exception {
        Files.writeString(modules.root().resolve("bad.wasm"), "no module");
        modules.put(TestModules.misbehaving());
        owner(Map.of("sha256", "VAULT none, BAD none"));
        awaitStore();
        awaitError("for BAD is not run: it is no WebAssembly module");
        modules.put(TestModules.fileStore());
        Await.until(
                "the module is exchanged",
                () -> log.linesWith("VAULT has a store").size() == 2);
        assertThat(log.errors()).hasSize(1);
    }

    @Test
    void aModuleThatDoesNotStartInTimeIsTriedAgain() throws Exception {
        Path given = Files.createDirectories(folder.resolve("given"));
        modules.put(TestModules.late());
        owner(Map.of("sha256", "VAULT none", "folders", "VAULT " + given, "start.timeout.ms", "1000"));
        awaitError("for VAULT is not run: it cannot be asked within 1000 ms. It is tried again.");
        Files.createFile(given.resolve("ready"));
        awaitStore();
        assertThat(ask("a")).isEqualTo("1");
        assertThat(log.errors()).hasSize(1);
    }

    @Test
    void aModuleThatIsBeingLoadedKeepsNeitherOthersNorTheSettingsWaiting() throws Exception {
        Files.write(modules.root().resolve("late.wasm"), TestModules.late());
        modules.put(TestModules.misbehaving());
        Owner owner = owner(Map.of(
                "sha256",
                "LATE none, VAULT none",
                "folders",
                "LATE " + Files.createDirectories(folder.resolve("given")),
                "start.timeout.ms",
                "600000"));
        awaitStore();
        owner.apply(settings(Map.of("sha256", "LATE none", "start.timeout.ms", "600000")));
        Await.until("there is no store", () -> store().isEmpty());
    }

    @Test
    void aModuleThatIsGivenNothingSeesNothing() throws Exception {
        modules.put(TestModules.misbehaving());
        Owner owner = owner(Map.of("sha256", "VAULT none"));
        awaitStore();
        assertThat(ask("environment")).isEqualTo("none");
        assertThat(ask("year")).isEqualTo("2000");
        assertThat(ask("open:x")).isEqualTo("8");

        owner.apply(settings(Map.of(
                "sha256", "VAULT none", "environment", "VAULT PATH", "clock", "VAULT", "folders", "VAULT /etc")));
        Await.until("the clock runs", () -> !ask("year").equals("2000"));
        assertThat(ask("environment")).isEqualTo("PATH=" + System.getenv("PATH"));
        assertThat(ask("open:hostname")).isEqualTo("0");
    }

    @Test
    void modulesThatMightNotFitIntoTheHeapAreRefusedBeforehand() {
        Map<String, String> large = Map.of(
                "roots", "/modules", "sha256", "A none, B none, C none", "instances", "4", "memory.pages", "448");
        assertThatThrownBy(() -> WasiStoreSettings.parse(
                        DeclaredSettings.of(WasiStoreConfiguration.class, WasiStoreSettings.PID, large), heap))
                .isInstanceOf(SettingRefused.class)
                .hasMessageContaining("memory.pages")
                .hasMessageContaining(
                        "4 instances for each of 3 modules, and for one that is being exchanged, may take "
                                + "512 MiB, and they get 500 MiB, half of the heap");
    }

    @Test
    void everySettingThatIsWrongIsRefused() {
        Map<String, String> wrong = Map.of(
                "roots", "here",
                "sha256", "VAULT 12",
                "folders", "VAULT here",
                "environment", "vault HOME",
                "clock", "vault",
                "execution", "fast",
                "instances", "0",
                "memory.pages", "65536");
        assertThatThrownBy(() -> WasiStoreSettings.parse(
                        DeclaredSettings.of(WasiStoreConfiguration.class, WasiStoreSettings.PID, wrong), heap))
                .isInstanceOf(SettingRefused.class)
                .message()
                .contains(
                        "roots", "sha256", "folders", "environment", "clock", "execution", "instances", "memory.pages");
    }
}
