package id.lum.itests;

import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import id.lum.testing.Await;
import java.nio.file.Path;
import java.util.List;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.kar.KarService;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** The promise of a swap in a stock Karaf that installed the archive; a quarter of what the shipped Felix is put to. */
@RunWith(PaxExam.class)
public class KarafFireIT {

    /** While Karaf still installs its own features, it may lose others. */
    @Inject
    private BootFinished booted;

    @Inject
    private BundleContext container;

    @Inject
    private ConfigurationAdmin configurations;

    @Inject
    private FeaturesService features;

    @Inject
    private KarService archives;

    @Configuration
    public Option[] container() {
        return StockKaraf.container(
                KarafFireIT.class,
                StockKaraf.handedOn("lumid.fakes"),
                StockKaraf.handedOn("lumid.traffic"),
                systemProperty("lumid.swaps").value(System.getProperty("lumid.swaps", "40")),
                systemProperty("lumid.seed")
                        .value(System.getProperty("lumid.seed", String.valueOf(System.nanoTime()))));
    }

    @Before
    public void installFromTheArchive() throws Exception {
        KarafArchive.install(container, archives, features);
        // The fakes read JSON by what the demo brings; it registers nothing.
        features.installFeature("lumid-demo");
        features.installFeature("lumid-flowmesh");
        features.installFeature("lumid-lumilake");
        // Settings are the test's alone once the files that came with the features are read.
        for (String pid : List.of(
                "id.lum.core",
                "id.lum.flowmesh",
                "id.lum.lumilake",
                "id.lum.hooks.host~flowmesh",
                "id.lum.hooks.host~lumilake")) {
            Await.until(
                    "the file of " + pid + " is read",
                    () -> configurations.listConfigurations("(service.pid=" + pid + ")") != null);
        }
        Lookup.bundle(container, "org.apache.felix.fileinstall").stop();
        // Only now: they need what the features bring.
        for (String jar : List.of("lumid.fakes", "lumid.traffic")) {
            container
                    .installBundle(Path.of(container.getProperty(jar)).toUri().toString())
                    .start();
        }
    }

    @Test
    public void swapsUnderFireFailNoCallAnswerNoneWronglyAndLoseNothing() throws Exception {
        try (FireSite site = new FireSite(container, configurations, Path.of(container.getProperty("karaf.data")))) {
            Fire.run(site, Integer.getInteger("lumid.swaps") / 4, Long.getLong("lumid.seed"));
        }
    }
}
