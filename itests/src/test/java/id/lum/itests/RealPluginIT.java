package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.ops4j.pax.exam.CoreOptions.composite;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.Test;
import org.ops4j.pax.exam.Option;

/** The same with a plugin that is written in Go against the library that such plugins use; see {@code .ci/run}. */
public class RealPluginIT extends GoPluginIT {
    private static final List<String> COOKIES = List.of("hello", "configmanager-plugin-hello");
    private static final List<String> ENVIRONMENT = List.of(
            "CONFIGMANAGER_PLUGIN",
            "PLUGIN_MAX_PORT",
            "PLUGIN_MIN_PORT",
            "PLUGIN_PROTOCOL_VERSIONS",
            "PLUGIN_UNIX_SOCKET_DIR",
            "TMPDIR");
    private static final String CERTIFICATE = "PLUGIN_CLIENT_CERT";
    private static final String WORDS = "words-that-quote-a-secret";
    private static final int CALLS = 2000;

    @Override
    protected Path plugin() {
        return TestPlugin.real(COOKIES.get(0));
    }

    @Override
    protected Option also() {
        return composite(super.also(), StockKaraf.handedOn("lumid.real.plugin"));
    }

    @Test
    public void everyCookieWithAndWithoutAutoMtlsIsAnswered() throws Exception {
        for (String cookie : COOKIES) {
            for (String mutualTls : List.of("on", "off")) {
                plugins(TestPlugin.real(cookie), Map.of("auto.mtls", mutualTls));
                String which = cookie + ", " + mutualTls;
                Set<String> expected = new TreeSet<>(ENVIRONMENT);
                if (mutualTls.equals("on")) {
                    expected.add(CERTIFICATE);
                }
                Await.until(which, () -> environment().equals(expected));
                assertEquals(which, "a/b->version=3", store().value("echo/a/b", "version=3"));
                assertEquals(which, "true:" + cookie, store().value("env/CONFIGMANAGER_PLUGIN", ""));
                RunningPlugin last = running();
                set(PLUGINS, Map.of());
                Await.until(which + " has ended", () -> !last.isAlive());
            }
        }
    }

    /** By the plugin's own account. */
    private Set<String> environment() throws Exception {
        return new TreeSet<>(List.of(store().value("environment", "").split(",")));
    }

    @Test
    public void theErrorsAreToldApartAndTheWordsOfTheStoreAreNotLogged() throws Exception {
        LogFile log = LogFile.from(data().resolve("log/lumid.log"));
        plugins(Map.of("output", "off"));
        store().value("pid", "");
        assertEquals(Reason.RETRIEVAL_FAILED, failure("error/" + WORDS));
        assertEquals(Reason.CLIENT_INITIALIZATION_FAILED, failure("error/failed to initialize the client, " + WORDS));
        assertEquals(Reason.SERVICE_CALL_FAILED, failure("error/failed to complete the service call, " + WORDS));
        assertEquals(Reason.EMPTY_RESPONSE, failure("empty"));
        assertEquals(1 << 20, store().value("big/" + (1 << 20), "").length());
        assertEquals(Reason.RETRIEVAL_FAILED, failure("big/" + (1 << 21)));
        String pid = store().value("pid", "");
        assertEquals(Reason.SERVICE_CALL_FAILED, failure("exit/3"));
        Await.until("another process answers", () -> !List.of("", pid).contains(answer("pid")));
        shell("secrets:test 'VAULT://error/" + WORDS + "'");
        assertFalse(log.text().contains(WORDS));
    }

    private String answer(String path) {
        try {
            return store().value(path, "");
        } catch (Exception notNow) {
            return "";
        }
    }

    private Reason failure(String path) throws Exception {
        TokenStore store = store();
        TokenStoreException failure = assertThrows(path, TokenStoreException.class, () -> store.value(path, ""));
        assertFalse(failure.getMessage(), failure.getMessage().contains(WORDS));
        return failure.reason();
    }

    @Test
    public void aCallThatTakesTooLongEndsAndOthersDoNotWaitForIt() throws Exception {
        plugins(Map.of("call.timeout.ms", "2000"));
        store().value("pid", "");
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            Future<Reason> late = callers.submit(() -> failure("slow/30s"));
            for (int i = 0; i < 100; i++) {
                assertEquals(SECRET, store().value("runmesh-bridge", ""));
            }
            assertEquals(Reason.SERVICE_CALL_FAILED, Await.result(late));
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    public void whatItLogsReachesTheLogWithoutTheSecretsThatItAnswered() throws Exception {
        LogFile log = LogFile.from(data().resolve("log/lumid.log"));
        plugins(Map.of("output", "levels"));
        store().value("runmesh-bridge", "");
        store().value("log/before " + SECRET + " after", "");
        Await.until("it is logged", () -> log.hasLine("INFO", PREFIX, "before ", " after"));
        assertFalse(log.text().contains(SECRET));
    }

    /** The figures of docs/operate/configmanager-plugins.md. */
    @Test
    public void itsTimesAndItsMemoryAreMeasured() throws Exception {
        for (String mutualTls : List.of("on", "off")) {
            plugins(Map.of("auto.mtls", mutualTls));
            String pid = store().value("pid", "");
            long killed = System.nanoTime();
            running().kill();
            Await.until("another process answers", () -> !List.of("", pid).contains(answer("pid")));
            long started = System.nanoTime();
            store().value("runmesh-bridge", "");
            long first = System.nanoTime();
            TokenStore store = store();
            for (int i = 0; i < CALLS; i++) {
                store.value("runmesh-bridge", "");
            }
            long later = System.nanoTime();
            System.out.printf(
                    "real plugin, AutoMTLS %s: from kill to answer %d ms, next call %d us, each of %d later %d us, "
                            + "memory %d KiB%n",
                    mutualTls,
                    Duration.ofNanos(started - killed).toMillis(),
                    (first - started) / 1000,
                    CALLS,
                    (later - first) / 1000 / CALLS,
                    running().memory());
            set(PLUGINS, Map.of());
            Await.until(
                    "no plugin runs",
                    () -> RunningPlugin.of(ProcessHandle.current()).isEmpty());
        }
    }
}
