package id.lum.itests;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.kar.KarService;
import org.osgi.framework.BundleContext;

/** Our archive in the Karaf that a test runs in. */
final class KarafArchive {
    private KarafArchive() {}

    /** Karaf logs what it cannot add, and goes on: a test would fail later, at something else. */
    static void install(BundleContext container, KarService archives, FeaturesService features) throws Exception {
        archives.install(Path.of(container.getProperty("lumid.kar")).toUri());
        if (features.getFeature("lumid-flowmesh") == null) {
            throw new AssertionError("Karaf does not know the features of the archive. Its log:\n"
                    + Files.readString(Path.of(container.getProperty("karaf.data"), "log", "karaf.log")));
        }
    }
}
