package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.kar.KarService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.BundleContext;

/** In a stock Karaf the bridge secret comes from a plugin of configmanager, which is a process of its own. */
@RunWith(PaxExam.class)
public class KarafGoPluginIT {
    private static final String PREFIX = "VAULT";
    private static final String PLUGIN = "lumid.plugin";
    private static final String FEATURE = "lumid-goplugin";
    private static final String BUNDLE = "id.lum.goplugin";
    private static final int KILLS = 3;

    /** While Karaf still installs its own features, it may lose others. */
    @Inject
    private BootFinished booted;

    @Inject
    private BundleContext container;

    @Inject
    private FeaturesService features;

    @Inject
    private KarService archives;

    /** The plugin to run. Asked outside the container, before it starts. */
    protected Path plugin() {
        return TestPlugin.java();
    }

    @Configuration
    public Option[] container() {
        return StockKaraf.container(
                getClass(),
                StockKaraf.handedOn("lumid.fakes"),
                systemProperty(PLUGIN).value(plugin().toString()));
    }

    @Test
    public void noCallFailsWhileThePluginIsKilledAndNothingIsLeftOfItWithoutItsFeature() throws Exception {
        KarafArchive.install(container, archives, features);
        features.installFeature("lumid-flowmesh");
        features.installFeature("lumid-tokenstore");
        // It registers nothing, and brings what the fakes need.
        features.installFeature("lumid-demo");
        container
                .installBundle(
                        Path.of(container.getProperty("lumid.fakes")).toUri().toString())
                .start();
        ThreadCensus threads = ThreadCensus.now();
        ReplacedClasses classes = new ReplacedClasses();
        try (KarafEdits edits = new KarafEdits(container)) {
            features.installFeature(FEATURE);
            killThePluginWhileHostsCall(edits);
        }

        RunningPlugin last = running();
        classes.note(Lookup.bundle(container, BUNDLE));
        features.uninstallFeature(FEATURE);

        assertFalse(last.isAlive());
        assertFalse(Files.exists(last.socketFolder()));
        assertEquals(0, RunningPlugin.of(ProcessHandle.current()).size());
        assertTrue(Stream.of(container.getBundles()).noneMatch(bundle -> BUNDLE.equals(bundle.getSymbolicName())));
        classes.awaitGone();
        assertTrue(threads.more("lumid-goplugin.*|grpc.*|OkHttp.*").isEmpty());
    }

    private void killThePluginWhileHostsCall(KarafEdits edits) throws Exception {
        try (Bill bill = new Bill(container, edits)) {
            bill.rotate("bridge-0");
            bill.installPlugin(Path.of(container.getProperty(PLUGIN)));
            bill.set("id.lum.tokenstore.cfg", "allow", "id.lum.flowmesh VAULT runmesh-*");
            bill.set("id.lum.tokenstore.cfg", "recheck.seconds", "1");
            bill.begin("VAULT://runmesh-bridge");
            bill.assertBilled("first");
            RunningPlugin plugin = running();
            try (BillingCallers callers = BillingCallers.start(Lookup.flowmesh(container), bill.runmesh())) {
                callers.flow();
                for (int i = 1; i <= KILLS; i++) {
                    plugin.kill();
                    callers.flow();
                    plugin = plugin.awaitNextOf(ProcessHandle.current());
                    // What Runmesh is sent then comes from the new process.
                    bill.rotate("bridge-" + i);
                    bill.awaitHeader("bridge-" + i);
                }
                callers.end();
                assertEquals(List.of(), callers.failures());
            }
            bill.assertBilled("last");
        }
    }

    private static RunningPlugin running() {
        return RunningPlugin.awaitOneOf(ProcessHandle.current());
    }

    /** Apart, because the contract is not there yet when the test itself is loaded. */
    private static final class Bill extends KarafBilling {
        private final Path secrets;

        Bill(BundleContext container, KarafEdits edits) throws Exception {
            super(container, edits);
            secrets = Files.createTempDirectory(data(), "secrets");
        }

        void installPlugin(Path plugin) throws Exception {
            Path root = data().resolve("plugins");
            Path file = TestPlugin.install(TestPlugin.withSecrets(plugin, secrets), root, PREFIX);
            // A Java takes a while to start on a busy machine.
            set("id.lum.goplugin.cfg", "start.timeout.ms", "60000");
            set("id.lum.goplugin.cfg", "sha256", PREFIX + " " + TestPlugin.checksum(file));
            set("id.lum.goplugin.cfg", "roots", root.toString());
        }

        /** Runmesh demands another secret, and the plugin has it. */
        void rotate(String secret) throws Exception {
            Path next = Files.writeString(secrets.resolve("next"), secret + "\n");
            Files.move(
                    next,
                    secrets.resolve("runmesh-bridge"),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            demand(secret);
        }
    }
}
