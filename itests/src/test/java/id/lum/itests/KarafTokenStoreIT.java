package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import id.lum.testing.Await;
import id.lum.testing.LiveFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
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
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/** In a stock Karaf, where whatever changes a configuration is written to its file: only the reference ever is. */
@RunWith(PaxExam.class)
public class KarafTokenStoreIT {
    private static final String REFERENCE = "FILE://runmesh/bridge";

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
        return StockKaraf.container(KarafTokenStoreIT.class, StockKaraf.handedOn("lumid.fakes"));
    }

    @Test
    public void theBridgeSecretIsAReferenceThatRotatesWhicheverFeatureComesFirst() throws Exception {
        try (KarafEdits edits = new KarafEdits(container)) {
            rotateWhicheverFeatureComesFirst(edits);
        }
    }

    private void rotateWhicheverFeatureComesFirst(KarafEdits edits) throws Exception {
        KarafArchive.install(container, archives, features);
        features.installFeature("lumid-flowmesh");
        // It registers nothing, and brings what the fakes need.
        features.installFeature("lumid-demo");
        container
                .installBundle(
                        Path.of(container.getProperty("lumid.fakes")).toUri().toString())
                .start();
        try (Bill bill = new Bill(container, edits)) {
            bill.rotate("mark-of-the-first");
            bill.begin(REFERENCE);
            features.installFeature("lumid-tokenstore");
            assertTrue(KarafConfigurationFile.read(bill.etc("id.lum.tokenstore.cfg"))
                    .startsWith("# Secrets by reference"));
            bill.set("id.lum.tokenstore.cfg", "allow", "id.lum.flowmesh FILE runmesh/*");
            bill.set("id.lum.tokenstore.cfg", "file.root", bill.secrets.toString());
            bill.set("id.lum.tokenstore.cfg", "recheck.seconds", "1");
            bill.assertBilled("first");
            String written = KarafConfigurationFile.read(bill.etc("id.lum.flowmesh.cfg"));

            bill.rotate("mark-of-the-second");
            bill.assertBilled("rotated");
            bill.awaitHeader("mark-of-the-second");

            // The other way round: the adapter comes while the token stores are there.
            features.uninstallFeature("lumid-flowmesh");
            features.installFeature("lumid-flowmesh");
            bill.assertBilled("adapter later");
            features.uninstallFeature("lumid-tokenstore");
            bill.assertBilled("token stores away");
            bill.rotate("mark-of-the-third");
            features.installFeature("lumid-tokenstore");
            bill.assertBilled("token stores again");

            assertTrue(written.contains(REFERENCE));
            assertEquals(written, KarafConfigurationFile.read(bill.etc("id.lum.flowmesh.cfg")));
            // The search finds a reference where configurations are kept, so it would find a secret.
            assertFalse(bill.filesWith(REFERENCE).isEmpty());
            assertEquals(List.of(bill.secrets.resolve("runmesh/bridge")), bill.filesWith("mark-of-the-"));
            // Karaf's tools write to a file what they see of a configuration that has none.
            bill.withoutFile();
            String seen = bill.seenByTools();
            assertTrue(seen, seen.contains(REFERENCE));
            bill.changedByTools();
            assertEquals(List.of(bill.secrets.resolve("runmesh/bridge")), bill.filesWith("mark-of-the-"));
            bill.assertBilled("after the tools");
        }
    }

    /** Apart, because the contract is not there yet when the test itself is loaded. */
    private static final class Bill extends KarafBilling {
        private final Path secrets;

        Bill(BundleContext container, KarafEdits edits) throws IOException {
            super(container, edits);
            secrets = Files.createTempDirectory(data(), "secrets");
            Files.createDirectory(secrets.resolve("runmesh"));
        }

        /** Runmesh demands another secret, and it is where the reference says. */
        void rotate(String secret) throws IOException {
            Path next = Files.writeString(secrets.resolve("next"), secret + "\n");
            Files.move(
                    next,
                    secrets.resolve("runmesh/bridge"),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            demand(secret);
        }

        /** The configuration of the adapter as a program makes one. */
        void withoutFile() throws Exception {
            String kept = KarafConfigurationFile.read(etc("id.lum.flowmesh.cfg"));
            // For as long as it is used: one that was given back does not work any longer.
            ConfigurationAdmin admin =
                    container().getService(container().getServiceReference(ConfigurationAdmin.class));
            Dictionary<String, Object> properties =
                    admin.getConfiguration("id.lum.flowmesh", "?").getProperties();
            assertEquals(REFERENCE, properties.get(".bridge.secret"));
            Files.delete(etc("id.lum.flowmesh.cfg"));
            Await.until(
                    "the file's configuration is gone",
                    () -> admin.listConfigurations("(service.pid=id.lum.flowmesh)") == null);
            properties.remove("felix.fileinstall.filename");
            Await.until("there can be another one", () -> {
                try {
                    admin.getConfiguration("id.lum.flowmesh", "?").update(properties);
                    return true;
                } catch (IllegalStateException stillTheDeletedOne) {
                    // ConfigAdmin lists it no longer, and hands it out for another moment.
                    return false;
                }
            });
            assertBilled("without a file");
            assertTrue(kept.contains(REFERENCE));
        }

        String seenByTools() throws Exception {
            return tools("getConfig", new Class<?>[] {String.class}, "id.lum.flowmesh")
                    .toString();
        }

        void changedByTools() throws Exception {
            Object seen = tools("getConfig", new Class<?>[] {String.class}, "id.lum.flowmesh");
            tools("update", new Class<?>[] {String.class, Map.class}, "id.lum.flowmesh", seen);
            Await.until("it has a file again", () -> Files.exists(etc("id.lum.flowmesh.cfg")));
        }

        /** By reflection: what is behind Karaf's config commands and MBean is not for others. */
        private Object tools(String method, Class<?>[] types, Object... arguments) throws Exception {
            ServiceReference<?> reference =
                    container().getServiceReference("org.apache.karaf.config.core.ConfigRepository");
            Object repository = container().getService(reference);
            return repository.getClass().getMethod(method, types).invoke(repository, arguments);
        }

        /** Of all that Karaf has written, and of what its operator has. */
        List<Path> filesWith(String mark) throws IOException {
            List<Path> found = new ArrayList<>();
            for (Path place : List.of(data(), etc(""))) {
                for (Path file : LiveFiles.below(place)) {
                    if (!file.toString().endsWith(".jar")
                            && LiveFiles.text(file).contains(mark)) {
                        found.add(file);
                    }
                }
            }
            return found;
        }
    }
}
