package id.lum.goplugin.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.PluginFile;
import id.lum.testing.Together;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;

class PluginStarterTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private PluginFiles files;
    private WorkFolder work;
    private final List<PluginCopy> copies = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() throws Exception {
        files = PluginFiles.in(folder);
        work = files.workFolder();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        copies.forEach(work::discard);
        assertThat(files.leftovers()).isEmpty();
    }

    private PluginProcess start(PluginSpec spec) throws Exception {
        PluginStarter starter = new PluginStarter(
                work, Map.of("HOME", "/home/x", "VAULT_ADDR", "https://v", "VAULTS", "no", "OTHER", "4711"));
        PluginCopy copy = starter.copy(spec);
        copies.add(copy);
        return starter.start(spec, copy, "hello");
    }

    private PluginProcess start(PluginFile file) throws Exception {
        return start(files.spec(file));
    }

    private void assertRefused(PluginSpec spec, String why) {
        assertThatThrownBy(() -> start(spec))
                .isInstanceOf(PluginStartFailed.class)
                .hasMessageContaining(why);
    }

    private void assertRefused(PluginFile file, String why) throws Exception {
        assertRefused(files.spec(file), why);
    }

    private PluginSpec plain(PluginFile file) throws Exception {
        return Specs.withMutualTls(files.spec(file), false);
    }

    private PluginSpec impatient(PluginFile file) throws Exception {
        return Specs.withStartTimeout(files.spec(file), Duration.ofMillis(300));
    }

    @Test
    void aPluginAnswersWithCertificatesOnBothEnds() throws Exception {
        try (PluginProcess process = start(files.server())) {
            assertThat(process.value("a/b", "version=3", LONG)).isEqualTo("a/b->version=3");
            assertThat(process.value("ü", "", LONG)).isEqualTo("ü->");
            assertThat(process.isServing(LONG)).isTrue();
        }
    }

    @Test
    void aPluginAnswersWithoutCertificates() throws Exception {
        try (PluginProcess process = start(plain(files.server()))) {
            assertThat(process.value("a/b", "", LONG)).isEqualTo("a/b->");
        }
    }

    @Test
    void aPluginThatIsClosedEndsByItselfAndLeavesNoThread() throws Exception {
        PluginProcess process = start(files.server());
        ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();
        process.close();
        assertThat(handle.isAlive()).isFalse();
        assertThat(process.ending()).isEqualTo("ended with exit code 0");
        assertThat(PluginThreads.running()).isEmpty();
    }

    @Test
    void aCallAfterTheEndFailsAsOneToAPluginThatIsNotThere() throws Exception {
        PluginProcess process = start(files.server());
        process.close();
        assertThatThrownBy(() -> process.value("a", "", LONG))
                .isInstanceOfSatisfying(
                        PluginCallFailed.class,
                        failed -> assertThat(failed.code()).isEqualTo(Status.Code.UNAVAILABLE));
        assertThat(process.isServing(LONG)).isFalse();
    }

    @Test
    void aPluginThatHangsAtItsShutdownIsKilled() throws Exception {
        PluginProcess process = start(files.server(GoPluginServer.HANGS_AT_SHUTDOWN));
        process.close();
        assertThat(process.ending()).isEqualTo("ended with exit code 137");
    }

    @Test
    void aPluginGetsOfTheEnvironmentOnlyWhatItsRulesAllow() throws Exception {
        PluginSpec spec = Specs.withEnvironment(files.spec(files.server()), "HOME", "VAULT_*");
        try (PluginProcess process = start(spec)) {
            assertThat(process.value("environment", "", LONG))
                    .contains("HOME=/home/x\n", "VAULT_ADDR=https://v\n", "CONFIGMANAGER_PLUGIN=hello\n")
                    .contains("PLUGIN_PROTOCOL_VERSIONS=1\n", "PLUGIN_CLIENT_CERT=-----BEGIN CERTIFICATE-----")
                    .doesNotContain("VAULTS=", "OTHER=", "PATH=");
        }
    }

    @Test
    void aPluginWithAnotherChecksumIsNotRun() throws Exception {
        PluginFile file = files.script("touch " + folder.resolve("was-run"));
        PluginSpec spec = Specs.withChecksum(files.spec(file), "0".repeat(64));
        assertRefused(spec, "its SHA-256 is " + Checksum.of(file.path()));
        assertThat(folder.resolve("was-run")).doesNotExist();
    }

    @Test
    void anyContentIsRunIfTheOperatorSaysSo() throws Exception {
        try (PluginProcess process = start(Specs.withChecksum(files.spec(files.server()), Checksum.NONE))) {
            assertThat(process.isServing(LONG)).isTrue();
        }
    }

    @Test
    void aPluginThatGroupOrOthersMayWriteToIsNotRun() throws Exception {
        PluginFile file = files.server();
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rwxrwxr-x"));
        assertRefused(file, "group or others may write");
    }

    @Test
    void aFileThatCannotBeExecutedIsNoPlugin() throws Exception {
        PluginFile file = files.script("");
        Files.writeString(file.path(), "#!/no/such/interpreter\n");
        assertRefused(file, "it cannot be executed");
    }

    @Test
    void aPluginThatEndsBeforeItsLineFailsToStart() throws Exception {
        assertRefused(files.script("exit 7"), "exit code 7");
    }

    @Test
    void aPluginThatEndsWithOneMayHaveRefusedTheCookie() throws Exception {
        PluginSpec spec = files.spec(files.server(GoPluginServer.COOKIE + "another"));
        assertThatThrownBy(() -> start(spec))
                .isInstanceOfSatisfying(
                        PluginStartFailed.class,
                        failed -> assertThat(failed.isMaybeOfTheCookie()).isTrue());
    }

    @Test
    void aPluginThatPrintsNoLineFailsToStartInTime() throws Exception {
        assertRefused(impatient(files.script("exec sleep 600")), "no handshake within");
    }

    @Test
    void aPluginThatKeepsItsOutputOpenInAChildFailsToStartAndTheChildEnds() throws Exception {
        assertRefused(impatient(files.script("sleep 600")), "no handshake within");
    }

    @Test
    void aPluginThatClosesItsOutputFailsToStart() throws Exception {
        assertRefused(files.script("exec >&- 2>&-; exec sleep 600"), "no handshake");
    }

    @Test
    void aPluginThatPrintsSomethingElseFailsToStart() throws Exception {
        assertRefused(files.script("echo hello; exec sleep 600"), "no handshake of go-plugin");
    }

    @Test
    void aPluginThatFloodsBothStreamsBeforeItsLineFailsToStart() throws Exception {
        assertRefused(
                files.script("while :; do printf %01000d 7; printf %01000d 7 >&2; done"), "no handshake of go-plugin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2|1|unix|$S/x|grpc|; version of go-plugin",
                "1|2|unix|$S/x|grpc|; version of the protocol of configmanager",
                "1|1|unix|$S/x|netrpc|; does not speak gRPC",
                "1|1|unix|$S/x; does not speak gRPC",
                "1|1|unix|/tmp/x|grpc|; listens somewhere else",
                "1|1|unix|$S/../x|grpc|; listens somewhere else",
                "1|1|tcp|192.0.2.1:80|grpc|; listens somewhere else",
                "1|1|tcp|127.0.0.1:x|grpc|; listens somewhere else",
                "1|1|tcp|127.0.0.1:99999|grpc|; listens somewhere else",
                "1|1|unix|$S/x|grpc|; does not talk TLS",
                "1|1|unix|$S/x|grpc|QUJD; does not talk TLS",
                "1|1|unix|$S/x|grpc|!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!; certificate cannot be read",
                "1|1|unix|$S/x|grpc|QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD; certificate cannot be read",
            })
    void aPluginWithABadLineFailsToStart(String line, String why) throws Exception {
        assertRefused(files.script("S=$PLUGIN_UNIX_SOCKET_DIR; echo \"" + line + "\"; exec sleep 600"), why);
    }

    @Test
    void aPluginThatDoesNotListenFailsToStart() throws Exception {
        PluginFile file = files.script("echo \"1|1|unix|$TMPDIR/x|grpc|\"; exec sleep 600");
        assertRefused(Specs.withStartTimeout(plain(file), Duration.ofSeconds(2)), "that it serves");
    }

    @Test
    void aPluginThatListensOnlyAfterItsLineStarts() throws Exception {
        try (PluginProcess process = start(files.server(GoPluginServer.LISTENS_LATE))) {
            assertThat(process.value("a", "", LONG)).isEqualTo("a->");
        }
    }

    @Test
    @Timeout(30)
    void aPluginThatEndsAfterItsLineFailsToStartAtOnce() throws Exception {
        PluginFile file = files.script("echo \"1|1|unix|$TMPDIR/x|grpc|\"; exit 3");
        assertRefused(plain(file), "it ended with exit code 3 after its handshake");
    }

    @Test
    void aPluginThatDoesNotServeFailsToStart() throws Exception {
        assertRefused(files.server(GoPluginServer.NOT_SERVING), "that it serves");
    }

    @Test
    void aPluginWithAnotherCertificateThanItAnnouncesFailsToStart() throws Exception {
        assertRefused(
                Specs.withStartTimeout(
                        files.spec(files.server(GoPluginServer.OTHER_CERTIFICATE)), Duration.ofSeconds(15)),
                "that it serves");
    }

    @Test
    void aPluginWithoutACertificateFailsToStart() throws Exception {
        assertRefused(files.server(GoPluginServer.NO_CERTIFICATE), "does not talk TLS");
    }

    @Test
    void aLongValueIsRefusedAndTheConnectionOutlivesIt() throws Exception {
        try (PluginProcess process = start(files.server())) {
            assertThat(process.value("large", "", LONG)).hasSize(PluginConnection.MAX_VALUE_BYTES);
            assertThatThrownBy(() -> process.value("huge", "", LONG))
                    .isInstanceOfSatisfying(PluginCallFailed.class, failed -> {
                        assertThat(failed.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                        assertThat(failed.reason()).isEqualTo(Reason.RETRIEVAL_FAILED);
                        assertThat(failed.mayBeOfTheProcess()).isFalse();
                    });
            assertThat(process.value("a", "", LONG)).isEqualTo("a->");
        }
    }

    @Test
    void aCallThatHasNoAnswerEndsInTimeAndOthersGoOn() throws Exception {
        try (PluginProcess process = start(files.server())) {
            assertThatThrownBy(() -> process.value("never", "", Duration.ofMillis(200)))
                    .isInstanceOfSatisfying(
                            PluginCallFailed.class,
                            failed -> assertThat(failed.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
            assertThat(process.value("a", "", LONG)).isEqualTo("a->");
        }
    }

    @Test
    void aFloodOnBothStreamsBlocksNoCall() throws Exception {
        try (PluginProcess process = start(files.server())) {
            assertThat(process.value("flood", "", LONG)).isEqualTo("flooded");
            assertThat(process.value("flood", "", LONG)).isEqualTo("flooded");
        }
    }

    @Test
    void callsRunSideBySide() throws Exception {
        try (PluginProcess process = start(files.server())) {
            Together.run(thread -> {
                for (int i = 0; i < 20; i++) {
                    assertThat(process.value("p" + i, "m", LONG)).isEqualTo("p" + i + "->m");
                }
            });
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments("error/failed to retrieve config item: x", Reason.RETRIEVAL_FAILED),
                arguments("error/anything", Reason.RETRIEVAL_FAILED),
                arguments("error/x: failed to initialize the client: y", Reason.CLIENT_INITIALIZATION_FAILED),
                arguments("error/failed to complete the service call", Reason.SERVICE_CALL_FAILED),
                arguments("error/value retrieved but empty for token: z", Reason.EMPTY_RESPONSE),
                arguments("status/NOT_FOUND", Reason.RETRIEVAL_FAILED),
                arguments("status/UNAUTHENTICATED", Reason.CLIENT_INITIALIZATION_FAILED),
                arguments("status/UNAVAILABLE", Reason.SERVICE_CALL_FAILED),
                arguments("status/INTERNAL", Reason.SERVICE_CALL_FAILED));
    }

    /** One process for all of them: it takes a while to start. */
    @Test
    void errorsOfAStoreAreToldApartAndNotQuoted() throws Exception {
        try (PluginProcess process = start(files.server())) {
            refusals()
                    .forEach(refusal -> assertThatThrownBy(() -> process.value((String) refusal.get()[0], "", LONG))
                            .isInstanceOfSatisfying(
                                    PluginCallFailed.class,
                                    failed -> assertThat(failed.reason()).isEqualTo(refusal.get()[1]))
                            .message()
                            .doesNotContain("anything", "secret words", ": x"));
        }
    }
}
