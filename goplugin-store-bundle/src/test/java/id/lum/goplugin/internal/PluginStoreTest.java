package id.lum.goplugin.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.testing.Await;
import id.lum.testing.Background;
import id.lum.testing.CapturedLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store with its supervisor and real processes. */
class PluginStoreTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private PluginFiles files;
    private PluginStarter starter;
    private final List<PluginSupervisor> open = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        files = PluginFiles.in(folder);
        starter = new PluginStarter(files.workFolder(), Map.of());
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        open.forEach(PluginSupervisor::close);
        assertThat(files.leftovers()).isEmpty();
        assertThat(PluginThreads.running()).isEmpty();
    }

    private PluginSupervisor supervisor(PluginSpec spec) {
        PluginSupervisor supervisor = new PluginSupervisor(spec, starter, serves -> {});
        open.add(supervisor);
        supervisor.open();
        return supervisor;
    }

    private PluginStore store(PluginSpec spec) {
        return new PluginStore(supervisor(spec));
    }

    private static void assertFails(PluginStore store, String path, Reason reason) {
        assertThatThrownBy(() -> store.value(path, ""))
                .isInstanceOfSatisfying(
                        TokenStoreException.class,
                        failed -> assertThat(failed.reason()).isEqualTo(reason))
                .message()
                .doesNotContain(path);
    }

    @Test
    void aStoreAnswersOnceItsPluginHasStarted() throws Exception {
        PluginStore store = store(files.spec(files.server()));
        assertThat(store.value("a", "m")).isEqualTo("a->m");
        assertFails(store, "nothing", Reason.EMPTY_RESPONSE);
        assertFails(store, "no-text", Reason.SERVICE_CALL_FAILED);
        assertFails(store, "error/failed to initialize the client", Reason.CLIENT_INITIALIZATION_FAILED);
    }

    @Test
    void theCookieThatThePluginAcceptsIsFoundAndTriedFirstTheNextTime() throws Exception {
        String count = "echo $CONFIGMANAGER_PLUGIN >> " + folder.resolve("cookies") + "; ";
        PluginStore store = store(Specs.withCookies(
                files.spec(files.script(count + PluginFiles.serverCommand())), "configmanager-plugin-hello", "hello"));
        ProcessHandle.of(Long.parseLong(store.value("pid", ""))).orElseThrow().destroyForcibly();
        assertThat(store.value("a", "")).isEqualTo("a->");
        Await.until(
                "there are three starts",
                () -> Files.readAllLines(folder.resolve("cookies")).size() == 3);
        assertThat(folder.resolve("cookies")).hasContent("configmanager-plugin-hello\nhello\nhello");
    }

    @Test
    void aPluginThatIsKilledAgainAndAgainFailsNoCall() throws Exception {
        PluginStore store = store(files.spec(files.server()));
        for (int i = 0; i < 3; i++) {
            String pid = store.value("pid", "");
            ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
            assertThat(store.value("a", "")).isEqualTo("a->");
        }
    }

    @Test
    void aPluginIsAskedToEndBeforeItIsKilled() throws Exception {
        Path ended = folder.resolve("ended");
        PluginSupervisor supervisor = supervisor(files.spec(
                files.script(PluginFiles.serverCommand().replaceFirst("^exec ", "") + "; echo $? > " + ended)));
        supervisor.await(LONG);
        supervisor.close();
        assertThat(ended).hasContent("0");
    }

    @Test
    void aPluginWhoseChildKeepsItsOutputOpenIsReplacedAllTheSame() throws Exception {
        Path children = folder.resolve("children");
        PluginStore store = store(
                files.spec(files.script("sleep 600 & echo $! >> " + children + "\n" + PluginFiles.serverCommand())));
        String before = store.value("pid", "");
        ProcessHandle.of(Long.parseLong(before)).orElseThrow().destroyForcibly();
        assertThat(store.value("pid", "")).isNotEqualTo(before);
        for (String child : Files.readAllLines(children)) {
            ProcessHandle.of(Long.parseLong(child)).ifPresent(ProcessHandle::destroyForcibly);
        }
        Await.until(
                "the output of the first one has ended",
                () -> PluginThreads.running().stream()
                                .filter(name -> name.contains("output"))
                                .count()
                        <= 2);
    }

    @Test
    void aPluginThatDiesOfACallFailsThatOneAfterASecondTryAndServesTheNext() throws Exception {
        PluginStore store = store(files.spec(files.server()));
        String first = store.value("pid", "");
        assertFails(store, "die", Reason.SERVICE_CALL_FAILED);
        assertThat(store.value("pid", "")).isNotEqualTo(first);
    }

    @Test
    void aPluginThatHangsFailsTheCallInTimeAndIsReplacedIfItDoesNotServe() throws Exception {
        PluginSupervisor supervisor =
                supervisor(Specs.withCallTimeout(files.spec(files.server()), Duration.ofSeconds(2)));
        PluginStore store = new PluginStore(supervisor);
        ProcessHandle process = ProcessHandle.of(supervisor.await(LONG).pid()).orElseThrow();
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .start()
                .waitFor();
        assertFails(store, "some/path", Reason.SERVICE_CALL_FAILED);
        Await.until("another process serves", () -> answers(store, process));
        assertThat(process.isAlive()).isFalse();
    }

    private static boolean answers(PluginStore store, ProcessHandle formerProcess) {
        try {
            return Long.parseLong(store.value("pid", "")) != formerProcess.pid();
        } catch (TokenStoreException notYet) {
            return false;
        }
    }

    @Test
    void aPluginThatDoesNotStartFailsCallsAtOnceAfterAWhileAndIsLoggedOnce() throws Exception {
        try (CapturedLog log = CapturedLog.ofEverything()) {
            PluginStore store = store(files.spec(files.script("echo nonsense")));
            Await.until("a call fails at once", () -> {
                long begin = System.nanoTime();
                assertFails(store, "some/path", Reason.CLIENT_INITIALIZATION_FAILED);
                return System.nanoTime() - begin < Duration.ofMillis(100).toNanos();
            });
            assertThat(log.linesWith(" WARN "))
                    .singleElement()
                    .asString()
                    .contains("VAULT: its plugin does not start: its first line is no handshake of go-plugin.");
        }
    }

    @Test
    void aPluginThatStartsAtLastServes() throws Exception {
        Path ready = folder.resolve("ready");
        PluginStore store =
                store(files.spec(files.script("[ -e " + ready + " ] || exit 1\n" + PluginFiles.serverCommand())));
        assertFails(store, "some/path", Reason.CLIENT_INITIALIZATION_FAILED);
        Files.createFile(ready);
        Await.until("it serves", () -> {
            try {
                return store.value("a", "").equals("a->");
            } catch (TokenStoreException notYet) {
                return false;
            }
        });
    }

    @Test
    void aCallerThatIsInterruptedReturnsAndStaysInterrupted() throws Exception {
        PluginStore store = store(files.spec(files.server()));
        assertThat(store.value("a", "")).isEqualTo("a->");
        Thread.currentThread().interrupt();
        assertFails(store, "never", Reason.SERVICE_CALL_FAILED);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aStopDuringACallAndOneDuringAStartEndInTime() throws Exception {
        PluginSupervisor serving = supervisor(files.spec(files.server()));
        Future<String> call = Background.start(() -> new PluginStore(serving).value("never", ""));
        serving.await(LONG);
        PluginSupervisor starting = supervisor(files.spec(files.script("SLOW", "exec sleep 600")));
        long begin = System.nanoTime();
        for (PluginSupervisor one : List.of(serving, starting)) {
            one.close(StopDeadline.within(Duration.ofSeconds(20), System::nanoTime));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThatThrownBy(() -> Await.result(call)).hasRootCauseInstanceOf(TokenStoreException.class);
    }

    @Test
    void aValueThatIsPrintedBeforeItIsTheAnswerIsNotLogged() throws Exception {
        try (CapturedLog log = CapturedLog.ofEverything()) {
            PluginStore store = store(files.spec(files.server()));
            assertThat(store.value("printed/top-secret-4711", "iam_role=arn")).isEqualTo("top-secret-4711");
            Await.until(
                    "the line is logged", () -> !log.linesWith("Now I tell you").isEmpty());
            assertThat(log.linesWith("Now I tell you that it is <secret>.")).hasSize(1);
            Await.until(
                    "a line by gRPC is logged",
                    () -> !log.linesWith("a line by gRPC").isEmpty());
            assertThat(log.linesWith("top-secret-4711")).isEmpty();
        }
    }

    /** The transport can log what it sends and receives, by the logging of the JDK, in hexadecimal digits. */
    @Test
    void noValueIsLoggedByTheTransportAtAnyLevel() throws Exception {
        Logger everything = Logger.getLogger("");
        Logger transport = Logger.getLogger("io.grpc.okhttp.OkHttpClientTransport");
        Level before = everything.getLevel();
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler collector = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(new SimpleFormatter().format(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        collector.setLevel(Level.ALL);
        everything.addHandler(collector);
        everything.setLevel(Level.ALL);
        try {
            PluginStore store = store(files.spec(files.server()));
            assertThat(store.value("top-secret-4711", "")).isEqualTo("top-secret-4711->");
            assertFails(store, "error/top-secret-4711", Reason.RETRIEVAL_FAILED);
            // As pax-logging does, for every logger there is.
            transport.setLevel(Level.ALL);
            assertThat(store.value("top-secret-4711", "again")).isEqualTo("top-secret-4711->again");
        } finally {
            transport.setLevel(null);
            everything.setLevel(before);
            everything.removeHandler(collector);
        }
        String hexadecimal = HexFormat.of().formatHex("top-secret-4711".getBytes(StandardCharsets.UTF_8));
        assertThat(lines).isNotEmpty().noneMatch(line -> line.contains("top-secret") || line.contains(hexadecimal));
    }

    @Test
    void wordsOfAnErrorAreNotLogged() throws Exception {
        try (CapturedLog log = CapturedLog.ofEverything()) {
            PluginStore store = store(files.spec(files.server()));
            assertFails(store, "error/words of the store", Reason.RETRIEVAL_FAILED);
            assertFails(store, "status/UNAVAILABLE", Reason.SERVICE_CALL_FAILED);
            assertThat(log.linesWith("words")).isEmpty();
        }
    }
}
