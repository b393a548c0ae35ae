package id.lum.itests;

import static java.util.stream.Collectors.toSet;
import static org.junit.Assert.assertEquals;

import id.lum.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.features.Repository;
import org.apache.karaf.kar.KarService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;

/** What is left in a stock Karaf when our features go: data, and the files that are the operator's. */
@RunWith(PaxExam.class)
public class KarafUninstallIT {
    private static final List<String> FEATURES = List.of("lumid-demo", "lumid-flowmesh", "lumid-lumilake");
    /** Settings, and who may use which command. */
    private static final String OPERATORS = "(id\\.lum|(jmx|org\\.apache\\.karaf\\.command)\\.acl)\\..*\\.cfg";
    /** Five of FlowMesh and three of Lumilake, with a sharing service each, and both views. */
    private static final int SERVICES = 6 + 4 + 2;

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
        return StockKaraf.container(KarafUninstallIT.class);
    }

    @Test
    public void uninstallingLeavesDataAndTheOperatorsFilesWhichCountAgainAfterwards() throws Exception {
        Set<String> bundles = bundles();
        Set<String> installed = features();
        Set<URI> repositories = repositories();
        Set<String> files = names(etc());
        // SQLite's first use starts one, and the JVM keeps a thread for the end of processes for a minute.
        assertEquals(0, new ProcessBuilder("true").start().waitFor());
        ThreadCensus threads = ThreadCensus.now();
        ReplacedClasses classes = new ReplacedClasses();

        Path file = etc().resolve("id.lum.flowmesh.cfg");
        try (KarafEdits edits = new KarafEdits(container)) {
            install();
            edits.replace(file, "(?m)^grant.cache.size = .*$", "# Mine.\ngrant.cache.size = 77");
        }
        String edited = KarafConfigurationFile.read(file);
        Arrays.stream(container.getBundles())
                .filter(bundle -> !bundles.contains(name(bundle)))
                .filter(bundle -> name(bundle).startsWith("id.lum."))
                .forEach(classes::note);
        assertEquals(7, classes.count());

        uninstall();

        assertEquals(bundles, bundles());
        assertEquals(installed, features());
        assertEquals(repositories, repositories());
        assertEquals(Set.of(), names(data().resolve("kar")));
        assertEquals(
                Set.of(),
                names(etc()).stream()
                        .filter(name -> !files.contains(name) && !name.matches(OPERATORS))
                        .collect(toSet()));
        assertEquals(0, hooks());
        assertEquals(Set.of(), commands());
        threads.awaitNoMore();
        classes.awaitGone();
        assertEquals(edited, KarafConfigurationFile.read(file));
        assertEquals(
                Set.of("flowmesh-acl.sqlite", "lumilake-acl.sqlite"),
                names(data().resolve("lumid")).stream()
                        .filter(name -> name.endsWith(".sqlite"))
                        .collect(toSet()));

        install();
        assertEquals(edited, KarafConfigurationFile.read(file));
        uninstall();
    }

    private void install() throws Exception {
        KarafArchive.install(container, archives, features);
        for (String feature : FEATURES) {
            features.installFeature(feature);
        }
        Await.until("every hook and both views are there", () -> hooks() >= SERVICES);
    }

    private void uninstall() throws Exception {
        for (String feature : FEATURES) {
            features.uninstallFeature(feature);
        }
        for (String archive : archives.list()) {
            archives.uninstall(archive);
        }
    }

    private Set<String> bundles() {
        return Arrays.stream(container.getBundles()).map(KarafUninstallIT::name).collect(toSet());
    }

    private Set<String> features() throws Exception {
        return Arrays.stream(features.listInstalledFeatures())
                .map(Feature::getName)
                .collect(toSet());
    }

    private Set<URI> repositories() throws Exception {
        return Arrays.stream(features.listRepositories())
                .map(Repository::getURI)
                .collect(toSet());
    }

    private static Set<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(toSet());
        }
    }

    private int hooks() throws InvalidSyntaxException {
        return (int) Stream.ofNullable(container.getAllServiceReferences(null, "(hook.host=*)"))
                .flatMap(Arrays::stream)
                .count();
    }

    private Set<String> commands() throws InvalidSyntaxException {
        return Stream.of("hooks", "lumid", "flowmesh", "demo")
                .filter(scope -> {
                    try {
                        return container.getAllServiceReferences(null, "(osgi.command.scope=" + scope + ")") != null;
                    } catch (InvalidSyntaxException broken) {
                        throw new IllegalStateException(broken);
                    }
                })
                .collect(toSet());
    }

    private Path data() {
        return Path.of(container.getProperty("karaf.data"));
    }

    private Path etc() {
        return Path.of(container.getProperty("karaf.etc"));
    }

    private static String name(Bundle bundle) {
        return String.valueOf(bundle.getSymbolicName());
    }
}
