package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import id.lum.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.kar.KarService;
import org.junit.After;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * The next version takes the place of this one, as docs/operate/updating.md says, whichever features an operator has.
 */
@RunWith(PaxExam.class)
public class KarafUpgradeIT {
    private static final List<String> PARTS =
            List.of("lumid-flowmesh", "lumid-lumilake", "lumid-tokenstore", "lumid-demo");

    /** A build tries those that differ most; all of them take minutes. */
    private static final List<Set<String>> SHARE = List.of(
            Set.of("lumid"), Set.of("lumid-flowmesh", "lumid-tokenstore"), Set.of("lumid-lumilake", "lumid-demo"));

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
        System.setProperty("lumid.upgrades", System.getProperty("lumid.upgrades", "share"));
        return StockKaraf.container(KarafUpgradeIT.class, StockKaraf.handedOn("lumid.upgrades"));
    }

    @After
    public void uninstall() throws Exception {
        for (Feature feature : installed()) {
            if (features.isRequired(feature)) {
                features.uninstallFeature(feature.getName(), feature.getVersion());
            }
        }
        for (String archive : archives.list()) {
            archives.uninstall(archive);
        }
        assertEquals(Map.of(), bundles());
    }

    @Test
    public void everyFeatureIsThereInTheNextVersionAloneWhicheverThereWere() throws Exception {
        for (Set<String> chosen : "share".equals(container.getProperty("lumid.upgrades")) ? SHARE : combinations()) {
            upgrade(chosen);
            uninstall();
        }
    }

    private void upgrade(Set<String> chosen) throws Exception {
        KarafArchive.install(container, archives, features);
        features.installFeatures(chosen, EnumSet.noneOf(FeaturesService.Option.class));
        Set<String> names = names();
        Map<String, Set<String>> before = bundles();
        awaitCommands();
        Map<String, String> files = files();
        String archive = archives.list().get(0);

        installNext();
        features.installFeatures(chosen, EnumSet.of(FeaturesService.Option.Upgrade));
        archives.uninstall(archive);

        String which = chosen.toString();
        assertEquals(which, names, names());
        assertEquals(which, before.keySet(), bundles().keySet());
        bundles().forEach((bundle, versions) -> assertEquals(which + bundle, Set.of(NextVersion.NEXT), versions));
        awaitCommands();
        assertEquals(which, files, files());
    }

    @Test
    public void featureThatWasForgottenIsToldOfAndTakesNothingAlongOnceItFollows() throws Exception {
        KarafArchive.install(container, archives, features);
        features.installFeatures(
                Set.of("lumid-flowmesh", "lumid-tokenstore"), EnumSet.noneOf(FeaturesService.Option.class));
        awaitCommands();
        String archive = archives.list().get(0);
        installNext();

        Exception told = assertThrows(
                Exception.class,
                () -> features.installFeatures(Set.of("lumid-flowmesh"), EnumSet.of(FeaturesService.Option.Upgrade)));
        assertTrue(String.valueOf(told.getMessage()), told.getMessage().contains("Singleton conflict"));

        features.installFeatures(Set.of("lumid-tokenstore"), EnumSet.of(FeaturesService.Option.Upgrade));
        archives.uninstall(archive);
        bundles().forEach((bundle, versions) -> assertEquals(bundle, Set.of(NextVersion.NEXT), versions));
        awaitCommands();
    }

    private void installNext() throws Exception {
        Path folder = Files.createTempDirectory(Path.of(container.getProperty("karaf.data")), "next");
        archives.install(NextVersion.archive(Path.of(container.getProperty("lumid.kar")), folder)
                .toUri());
    }

    private static List<Set<String>> combinations() {
        List<Set<String>> all = new ArrayList<>(List.of(Set.of("lumid"), Set.of("lumid", "lumid-demo")));
        for (int mask = 1; mask < 1 << PARTS.size(); mask++) {
            Set<String> some = new HashSet<>();
            for (int i = 0; i < PARTS.size(); i++) {
                if ((mask >> i & 1) == 1) {
                    some.add(PARTS.get(i));
                }
            }
            all.add(some);
        }
        return all;
    }

    private List<Feature> installed() throws Exception {
        return Arrays.stream(features.listInstalledFeatures())
                .filter(feature -> feature.getName().startsWith("lumid"))
                .toList();
    }

    private Set<String> names() throws Exception {
        return installed().stream().map(Feature::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Ours, each with all its versions. */
    private Map<String, Set<String>> bundles() {
        return Arrays.stream(container.getBundles())
                .filter(bundle -> String.valueOf(bundle.getSymbolicName()).startsWith("id.lum."))
                .collect(Collectors.groupingBy(
                        Bundle::getSymbolicName,
                        TreeMap::new,
                        Collectors.mapping(
                                bundle -> bundle.getVersion().toString(), Collectors.toCollection(TreeSet::new))));
    }

    /** Each bundle has some, by which an operator notices that it is there; but for those that hold types alone. */
    private void awaitCommands() throws Exception {
        Set<String> expected = new TreeSet<>(bundles().keySet());
        expected.removeAll(Set.of("id.lum.hooks", "id.lum.support"));
        Await.until("there are commands of " + expected, () -> withCommands().equals(expected));
    }

    private Set<String> withCommands() throws Exception {
        ServiceReference<?>[] commands = container.getAllServiceReferences(null, "(osgi.command.function=*)");
        return Stream.of(commands == null ? new ServiceReference<?>[0] : commands)
                .map(ServiceReference::getBundle)
                .filter(Objects::nonNull)
                .map(Bundle::getSymbolicName)
                .filter(name -> String.valueOf(name).startsWith("id.lum."))
                .collect(Collectors.toSet());
    }

    /** What is the operator's. */
    private Map<String, String> files() throws Exception {
        Map<String, String> files = new TreeMap<>();
        try (var etc = Files.list(Path.of(container.getProperty("karaf.etc")))) {
            for (Path file : etc.filter(one -> one.getFileName().toString().startsWith("id.lum."))
                    .toList()) {
                files.put(file.getFileName().toString(), KarafConfigurationFile.read(file));
            }
        }
        return files;
    }
}
