package id.lum.itests;

import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

/** In a stock Karaf the bridge secret comes from a WebAssembly module that reads files of a folder. */
@RunWith(PaxExam.class)
public class KarafWasiStoreIT {
    private static final String FEATURE = "lumid-wasi";
    private static final String BUNDLE = "id.lum.wasi";
    private static final String MODULE = "lumid.module";

    /** While Karaf still installs its own features, it may lose others. */
    @Inject
    private BootFinished booted;

    @Inject
    private BundleContext container;

    @Inject
    private FeaturesService features;

    @Inject
    private KarService archives;

    @Configuration
    public Option[] container() {
        return StockKaraf.container(
                KarafWasiStoreIT.class,
                StockKaraf.handedOn("lumid.fakes"),
                systemProperty(MODULE).value(TestModule.FILES.toString()));
    }

    @Test
    public void theBridgeSecretComesFromAModuleAndNothingIsLeftOfItWithoutItsFeature() throws Exception {
        KarafArchive.install(container, archives, features);
        features.installFeature("lumid-flowmesh");
        // It registers nothing, and brings what the fakes need.
        features.installFeature("lumid-demo");
        container
                .installBundle(
                        Path.of(container.getProperty("lumid.fakes")).toUri().toString())
                .start();
        ReplacedClasses classes = new ReplacedClasses();
        try (KarafEdits edits = new KarafEdits(container)) {
            features.installFeature(FEATURE);
            billThroughTheModule(edits);
        }

        classes.note(Lookup.bundle(container, BUNDLE));
        features.uninstallFeature(FEATURE);
        assertTrue(Stream.of(container.getBundles()).noneMatch(bundle -> BUNDLE.equals(bundle.getSymbolicName())));
        classes.awaitGone();
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("lumid-wasi")));
    }

    private void billThroughTheModule(KarafEdits edits) throws Exception {
        try (Bill bill = new Bill(container, edits)) {
            bill.rotate("bridge-0");
            bill.installModule(Path.of(container.getProperty(MODULE)));
            bill.set("id.lum.tokenstore.cfg", "allow", "id.lum.flowmesh FILES runmesh-*");
            bill.set("id.lum.tokenstore.cfg", "recheck.seconds", "1");
            bill.begin("FILES://runmesh-bridge");
            bill.assertBilled("first");
            bill.rotate("bridge-1");
            bill.assertBilled("rotated");
            bill.awaitHeader("bridge-1");
        }
    }

    /** Apart, because the contract is not there yet when the test itself is loaded. */
    private static final class Bill extends KarafBilling {
        private final Path secrets;

        Bill(BundleContext container, KarafEdits edits) throws Exception {
            super(container, edits);
            secrets = Files.createTempDirectory(data(), "secrets");
        }

        void installModule(Path module) throws Exception {
            Path root = Files.createDirectories(data().resolve("modules"));
            Path file = TestModule.install(module, root, "files.wasm");
            set("id.lum.wasi.cfg", "sha256", "FILES " + TestModule.checksum(file));
            set("id.lum.wasi.cfg", "folders", "FILES " + secrets);
            set("id.lum.wasi.cfg", "roots", root.toString());
        }

        /** Runmesh demands another secret, and it is where the module reads it. */
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
