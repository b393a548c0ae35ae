package id.lum.itests;

import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.OptionUtils.combine;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.logLevel;

import java.nio.file.Path;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.karaf.options.LogLevelOption.LogLevel;

/** The container of a test that installs our archive in a stock Karaf. */
final class StockKaraf {
    private static final String MAVEN = "etc/org.ops4j.pax.url.mvn.cfg";
    private static final String LOCAL_REPOSITORY = "org.ops4j.pax.url.mvn.localRepository";

    private StockKaraf() {}

    /**
     * Nothing is fetched in it: what is not in the archive and not in Karaf is not there.
     *
     * @param test whose container it is
     * @param more what else the test needs
     */
    static Option[] container(Class<?> test, Option... more) {
        return combine(
                options(
                        karafDistributionConfiguration()
                                .frameworkUrl(Path.of(System.getProperty("karaf.archive"))
                                        .toUri()
                                        .toString())
                                .unpackDirectory(Path.of(System.getProperty("lumid.containers"), test.getSimpleName())
                                        .toFile())
                                .useDeployFolder(false),
                        configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
                        logLevel(LogLevel.INFO),
                        editConfigurationFilePut(MAVEN, "org.ops4j.pax.url.mvn.repositories", ""),
                        editConfigurationFilePut(MAVEN, LOCAL_REPOSITORY, System.getProperty(LOCAL_REPOSITORY)),
                        handedOn("lumid.kar"),
                        Javas.vmOptions()),
                more);
    }

    /** A property that is in the container what it is here. */
    static Option handedOn(String property) {
        return systemProperty(property).value(System.getProperty(property));
    }
}
