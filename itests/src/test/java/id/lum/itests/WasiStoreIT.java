package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.FrameworkWiring;

/** The bridge secret comes from a WebAssembly module that reads files of a folder. */
public class WasiStoreIT extends ReferenceTestSupport {
    static final String MODULES = "id.lum.wasi";
    private static final String BRIDGE = "FILES://runmesh-bridge";
    private static final String MODULE = "lumid.module.";
    private static final int UPDATES = 3;

    private Map<String, Object> shippedModules;
    private Path root;

    @Override
    protected Option also() {
        return composite(
                super.also(),
                systemProperty(MODULE + "files").value(TestModule.FILES.toString()),
                systemProperty(MODULE + "echo").value(TestModule.ECHO.toString()));
    }

    @Before
    public void allowTheModule() throws Exception {
        Await.until("the shipped files are read", () -> read(MODULES).isPresent());
        shippedModules = read(MODULES).orElseThrow();
        root = Files.createTempDirectory(data(), "modules");
        tokens(Map.of("allow", "id.lum.flowmesh FILES runmesh-*"));
    }

    @After
    public void runNoModule() throws Exception {
        set(MODULES, shippedModules);
        Await.until("there is no store", () -> stores().isEmpty());
    }

    private List<?> stores() throws Exception {
        return List.copyOf(container.getServiceReferences(TokenStore.class, "(" + TokenStore.PREFIX + "=FILES)"));
    }

    private Path install(String module) throws Exception {
        return TestModule.install(Path.of(container.getProperty(MODULE + module)), root, "files.wasm");
    }

    private void modules(String checksum) throws Exception {
        set(
                MODULES,
                Map.of(
                        "roots",
                        root.toString(),
                        "sha256",
                        "FILES " + checksum,
                        "folders",
                        "FILES " + secrets,
                        "scan.seconds",
                        "1"));
    }

    @Test
    public void theBridgeSecretComesFromAModuleAndRotates() throws Exception {
        modules(TestModule.checksum(install("files")));
        set(FLOWMESH, billed(runmesh, BRIDGE, Map.of()));
        awaitBillingHooks("usage");
        assertBilled("first");
        // The file ends with a line feed, as the files of platforms do.
        put("runmesh-bridge", "rotated");
        runmesh.secret("rotated");
        assertBilled("rotated");
        awaitHeader("rotated");
        assertEquals(BRIDGE, read(FLOWMESH).orElseThrow().get(".bridge.secret"));
        assertContains(shell("secrets:stores"), "FILES", MODULES);
    }

    @Test
    public void aModuleThatIsNotTheOneOfTheChecksumIsNotRun() throws Exception {
        Path file = install("files");
        LogFile log = LogFile.from(data().resolve("log/lumid.log"));
        modules("0".repeat(64));
        Await.until("it is refused", () -> log.hasLine("its SHA-256 is " + TestModule.checksum(file)));
        assertTrue(stores().isEmpty());
    }

    @Test
    public void aModuleThatIsReplacedIsPickedUpWithoutAFailedCall() throws Exception {
        install("echo");
        modules("none");
        TokenStore store = store();
        assertEquals("runmesh-bridge", store.value("runmesh-bridge", ""));
        install("files");
        String value = "runmesh-bridge";
        while (value.equals("runmesh-bridge")) {
            value = store.value("runmesh-bridge", "");
        }
        assertEquals(SECRET, value.strip());
    }

    @Test
    public void updateAndUninstallLeaveNoThreadAndNoClass() throws Exception {
        Bundle bundle = bundleNamed(MODULES);
        String location = bundle.getLocation();
        ReplacedClasses classes = new ReplacedClasses();
        modules(TestModule.checksum(install("files")));
        for (int i = 0; i < UPDATES; i++) {
            assertEquals(SECRET, store().value("runmesh-bridge", "").strip());
            classes.note(bundle);
            bundle.update();
            refresh(bundle);
        }
        assertEquals(SECRET, store().value("runmesh-bridge", "").strip());
        classes.note(bundle);
        bundle.uninstall();
        refresh(bundle);
        try {
            assertFalse(classes.count() == 0);
            Await.until(
                    "no thread of it runs",
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().startsWith("lumid-wasi")));
            classes.awaitGone();
        } finally {
            container.installBundle(location).start();
        }
    }

    /** The store of the module, waited for. */
    private TokenStore store() throws Exception {
        return Lookup.service(container, TokenStore.class, "(" + TokenStore.PREFIX + "=FILES)");
    }

    private void refresh(Bundle bundle) throws Exception {
        container.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle));
        Await.until(
                "the refresh is over",
                () -> container
                        .getBundle(0)
                        .adapt(FrameworkWiring.class)
                        .getRemovalPendingBundles()
                        .isEmpty());
    }
}
