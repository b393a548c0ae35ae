package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;

import id.lum.hooks.host.HookStatus;
import id.lum.testing.Await;
import id.lum.traffic.LumidScript;
import id.lum.traffic.LumidScript.Account;
import id.lum.traffic.Report;
import id.lum.traffic.Traffic;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.Before;
import org.junit.Test;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** An operator updates the FlowMesh adapter to a jar that is no good, by the commands of docs/operate/updating.md. */
public class BrokenJarIT extends FlowmeshTestSupport {
    private static final int CALLERS = 4;
    private static final LumidScript SCRIPT = new LumidScript(
            new Account("ann", "ann-token"), new Account("ben", "ben-token"), new Account("root", "root-token"));

    private Bundle adapter;
    private Path folder;
    private Path shipped;

    @Override
    protected Option also() {
        return composite(
                super.also(),
                bundle(Path.of(System.getProperty("lumid.traffic")).toUri().toString()));
    }

    @Before
    public void findTheJar() throws Exception {
        adapter = bundleNamed(FLOWMESH);
        shipped = Path.of(URI.create(adapter.getLocation()));
        folder = Files.createTempDirectory(data(), "jars");
        // As long as it takes an operator to find the old jar.
        configure("id.lum.hooks.host~flowmesh", Map.of("grace.ms", "60000"));
    }

    @Test
    public void aCorruptJarIsRefusedAndTheRunningVersionKeepsServing() throws Exception {
        Path corrupt = folder.resolve("corrupt.jar");
        byte[] whole = Files.readAllBytes(shipped);
        Files.write(corrupt, Arrays.copyOf(whole, whole.length / 2));
        Traffic traffic = Traffic.start(hooks, SCRIPT, CALLERS);
        traffic.round();
        String told = told("update " + adapter.getBundleId() + " " + corrupt.toUri());
        traffic.round();
        assertNobodyNoticed(traffic.stop());
        assertTrue(told, told.contains("Unable to update the bundle"));
        assertEquals(Bundle.ACTIVE, adapter.getState());
        assertEquals(List.of(), missed());
    }

    @Test
    public void anUnresolvableJarIsToldOfAndTheOldOneIsBroughtBackWhileCallsWait() throws Exception {
        Path unresolvable = importing("not.there.at.all");
        Traffic traffic = Traffic.start(hooks, SCRIPT, CALLERS);
        traffic.round();
        String told = told("update " + adapter.getBundleId() + " " + unresolvable.toUri());
        assertEquals(Bundle.INSTALLED, adapter.getState());
        Await.until("the hooks are missed", () -> missed().contains("identity"));
        assertTrue(told, told.contains("not.there.at.all"));
        told("update " + adapter.getBundleId() + " " + shipped.toUri());
        told("start " + adapter.getBundleId());
        traffic.round();
        assertEquals(Bundle.ACTIVE, adapter.getState());
        assertNobodyNoticed(traffic.stop());
        assertEquals(List.of(), missed());
    }

    private static void assertNobodyNoticed(Report report) {
        assertEquals(List.of(), report.trouble());
        assertEquals(0, report.failed() + report.wrong() + report.wrongAllows());
    }

    private List<String> missed() {
        return hooks.hooks().stream()
                .filter(hook -> hook.state() == HookStatus.State.UNAVAILABLE)
                .map(HookStatus::kind)
                .toList();
    }

    /** What the shell shows, whether the command went well or not. */
    private String told(String command) {
        try {
            return Shell.run(container, command);
        } catch (Exception shown) {
            return shown.toString();
        }
    }

    /** The adapter's jar, but for one thing more that it needs. */
    private Path importing(String packageName) throws IOException {
        Path jar = folder.resolve("unresolvable.jar");
        try (InputStream in = Files.newInputStream(shipped);
                JarInputStream old = new JarInputStream(in);
                OutputStream out = Files.newOutputStream(jar)) {
            Manifest manifest = new Manifest(old.getManifest());
            manifest.getMainAttributes()
                    .putValue(
                            Constants.IMPORT_PACKAGE,
                            old.getManifest().getMainAttributes().getValue(Constants.IMPORT_PACKAGE) + ","
                                    + packageName);
            try (JarOutputStream copy = new JarOutputStream(out, manifest)) {
                for (JarEntry entry = old.getNextJarEntry(); entry != null; entry = old.getNextJarEntry()) {
                    copy.putNextEntry(new JarEntry(entry.getName()));
                    old.transferTo(copy);
                }
            }
        }
        return jar;
    }
}
