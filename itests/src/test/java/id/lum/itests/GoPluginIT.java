package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;

/** The bridge secret comes from a plugin of configmanager, which is a process of its own. */
public class GoPluginIT extends ReferenceTestSupport {
    static final String PLUGINS = "id.lum.goplugin";
    static final String PREFIX = "VAULT";
    private static final String BRIDGE = "VAULT://runmesh-bridge";
    private static final String PLUGIN = "lumid.plugin";
    private static final int KILLS = 3;
    private static final int UPDATES = 3;

    private Map<String, Object> shippedPlugins;
    private Path root;

    /** The plugin to run. Asked outside the container, before it starts. */
    protected Path plugin() {
        return TestPlugin.java();
    }

    @Override
    protected Option also() {
        return composite(super.also(), systemProperty(PLUGIN).value(plugin().toString()));
    }

    @Before
    public void installThePlugin() throws Exception {
        Await.until("the shipped files are read", () -> read(PLUGINS).isPresent());
        shippedPlugins = read(PLUGINS).orElseThrow();
        root = Files.createTempDirectory(data(), "plugins");
        tokens(Map.of("allow", "id.lum.flowmesh VAULT runmesh-*", "call.timeout.ms", "60000"));
    }

    @After
    public void endThePlugin() throws Exception {
        set(PLUGINS, shippedPlugins);
        Await.until(
                "no plugin runs",
                () -> RunningPlugin.of(ProcessHandle.current()).isEmpty());
    }

    /** Installs a plugin as it is and has it run, but for these properties. */
    protected void plugins(Path plugin, Map<String, String> but) throws Exception {
        Path file = TestPlugin.install(plugin, root, PREFIX);
        set(
                PLUGINS,
                with(
                        Map.of(
                                "roots",
                                root.toString(),
                                "sha256",
                                PREFIX + " " + TestPlugin.checksum(file),
                                "scan.seconds",
                                "1",
                                // A Java takes a while to start on a busy machine.
                                "start.timeout.ms",
                                "60000",
                                "call.timeout.ms",
                                "60000"),
                        but));
    }

    /** Installs the plugin of this class and has it run, but for these properties. */
    protected void plugins(Map<String, String> but) throws Exception {
        plugins(TestPlugin.withSecrets(Path.of(container.getProperty(PLUGIN)), secrets), but);
    }

    protected static RunningPlugin running() {
        return RunningPlugin.awaitOneOf(ProcessHandle.current());
    }

    private void billThroughThePlugin() throws Exception {
        set(FLOWMESH, billed(runmesh, BRIDGE, Map.of("balance.guard", "on")));
        awaitBillingHooks("usage", "guard");
        awaitTheSecret();
    }

    @Test
    public void noCallFailsWhileThePluginIsKilledAndItsSecretRotates() throws Exception {
        plugins(Map.of());
        billThroughThePlugin();
        Map<Long, String> before = lives();
        RunningPlugin plugin = running();
        try (BillingCallers callers = BillingCallers.start(hooks, runmesh)) {
            callers.flow();
            for (int i = 1; i <= KILLS; i++) {
                plugin.kill();
                callers.flow();
                plugin = plugin.awaitNextOf(ProcessHandle.current());
                // What Runmesh is sent then comes from the new process.
                String next = SECRET + "-" + i;
                put("runmesh-bridge", next);
                runmesh.secret(next);
                awaitHeader(next);
                callers.flow();
            }
            callers.end();
            assertEquals(List.of(), callers.failures());
            assertAllBilled(callers.acknowledged());
        }
        assertEquals(List.of(), runmesh.violations());
        assertEquals("no hook has come or gone", before, lives());
        assertEquals(BRIDGE, read(FLOWMESH).orElseThrow().get(".bridge.secret"));
    }

    @Test
    public void aPluginThatIsNotTheOneOfTheChecksumIsNotRunAndIsNamedWithItsOwn() throws Exception {
        LogFile log = LogFile.from(data().resolve("log/lumid.log"));
        plugins(Map.of("sha256", ""));
        Path file = root.resolve("vault").resolve(TestPlugin.fileName(PREFIX));
        Await.until(
                "the checksum is asked for",
                () -> log.hasLine("ERROR", file.toString(), PREFIX + " " + TestPlugin.checksum(file)));
        assertEquals(List.of(), RunningPlugin.of(ProcessHandle.current()));
        plugins(Map.of("sha256", PREFIX + " " + "0".repeat(64)));
        Await.until("the other one is refused", () -> log.hasLine("its SHA-256 is " + TestPlugin.checksum(file)));
        assertEquals(List.of(), RunningPlugin.of(ProcessHandle.current()));
        plugins(Map.of());
        billThroughThePlugin();
        assertBilled("with the right checksum");
    }

    @Test
    public void updateStopAndUninstallLeaveNoProcessThreadSocketOrClassLoader() throws Exception {
        Bundle bundle = bundleNamed(PLUGINS);
        String location = bundle.getLocation();
        bundle.stop();
        // The JVM keeps a thread for the end of processes for a minute.
        assertEquals(0, new ProcessBuilder("true").start().waitFor());
        ThreadCensus threads = ThreadCensus.now();
        ReplacedClasses classes = new ReplacedClasses();
        Path files = data().resolve("lumid/goplugin");

        bundle.start();
        plugins(Map.of());
        for (int i = 0; i < UPDATES; i++) {
            // Once it has answered, that of the life before has gone from the list of processes.
            assertEquals(SECRET, store().value("runmesh-bridge", ""));
            RunningPlugin plugin = running();
            classes.note(bundle);
            bundle.update();
            refresh(bundle);
            assertGone(plugin);
        }
        assertEquals(SECRET, store().value("runmesh-bridge", ""));
        RunningPlugin last = running();
        assertFalse(files(last.socketFolder()).isEmpty());
        classes.note(bundle);
        bundle.uninstall();
        refresh(bundle);

        try {
            assertGone(last);
            assertEquals(List.of(), RunningPlugin.of(ProcessHandle.current()));
            assertEquals(List.of(), files(files.resolve("copies")));
            assertEquals(List.of(), files(files.resolve("processes")));
            assertTrue(container
                    .getServiceReferences(TokenStore.class, "(tokenstore.prefix=VAULT)")
                    .isEmpty());
            threads.awaitNoMore();
            classes.awaitGone();
        } finally {
            container.installBundle(location).start();
        }
    }

    /** The store of the plugin, waited for. */
    protected TokenStore store() throws Exception {
        return Lookup.service(container, TokenStore.class, "(" + TokenStore.PREFIX + "=" + PREFIX + ")");
    }

    /** The stop of the bundle has ended it, so there is nothing to wait for. */
    private static void assertGone(RunningPlugin plugin) {
        assertFalse(plugin.isAlive());
        assertFalse(Files.exists(plugin.socketFolder()));
    }

    private void refresh(Bundle bundle) {
        CountDownLatch over = new CountDownLatch(1);
        container.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                over.countDown();
            }
        });
        Await.latch(over);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
