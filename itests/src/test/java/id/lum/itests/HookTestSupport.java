package id.lum.itests;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import id.lum.hooks.Hook;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.lumilake.LumilakeHooks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.inject.Inject;
import org.junit.After;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * What a test inside the container starts from: the shipped folder, run as its {@code conf/config.properties} says.
 *
 * <p>A class gets a container and a copy of the folder of its own. Its tests share them, so each puts back what it
 * changed; for configurations that is done here.
 */
@RunWith(PaxExam.class)
public abstract class HookTestSupport {
    private static final String BEGINNING = "org.osgi.framework.startlevel.beginning";

    /** The container, from inside. */
    @Inject
    protected BundleContext container;

    /** Where settings are changed. */
    @Inject
    protected ConfigurationAdmin configurations;

    private final Map<String, Dictionary<String, Object>> originals = new LinkedHashMap<>();

    /** The shipped container, and what the test adds. */
    @org.ops4j.pax.exam.Configuration
    public Option[] container() {
        return options(
                felix(shipped(ShippedFolder.copy(getClass().getSimpleName()).patient())),
                junitBundles(),
                Javas.vmOptions(),
                also());
    }

    /** How the folder is run: as it is, or as its demo. Asked outside the container, before it starts. */
    protected ShippedFolder shipped(ShippedFolder folder) {
        return folder;
    }

    /** What a test needs on top. Asked outside the container, before it starts. */
    protected Option also() {
        return composite();
    }

    private static Option felix(ShippedFolder folder) {
        Map<String, String> properties = folder.frameworkProperties();
        List<Option> options = new ArrayList<>();
        properties.forEach((key, value) -> options.add(frameworkProperty(key).value(value)));
        folder.bundles()
                .forEach((level, locations) -> locations.forEach(
                        location -> options.add(bundle(location).startLevel(level))));
        // The test container starts bundle by bundle; only a framework that is still low keeps the order of the levels.
        options.add(frameworkProperty(BEGINNING).value("1"));
        options.add(frameworkStartLevel(Integer.parseInt(properties.get(BEGINNING))));
        // There is nobody to type, and the end of the input would be the end of the container.
        options.add(frameworkProperty("gosh.args").value("--nointeractive"));
        folder.places().forEach((key, value) -> options.add(systemProperty(key).value(value)));
        return composite(options.toArray(Option[]::new));
    }

    /** Where this container reads its configuration from; the files may be edited. */
    protected Path etc() {
        return Path.of(container.getProperty("lumid.etc"));
    }

    /** Where this container keeps what it writes. */
    protected Path data() {
        return Path.of(container.getProperty("lumid.data"));
    }

    /** An installed bundle. */
    protected Bundle bundleNamed(String symbolicName) {
        return Lookup.bundle(container, symbolicName);
    }

    /** The composed view of a host, waited for. */
    protected HostHooks<?> hooksOf(String host) throws Exception {
        return Lookup.service(container, HostHooks.class, hookHost(host));
    }

    /** The composed view of FlowMesh in its own types, waited for. */
    protected FlowmeshHooks flowmeshHooks() throws Exception {
        return Lookup.flowmesh(container);
    }

    /** The composed view of Lumilake in its own types, waited for. */
    protected LumilakeHooks lumilakeHooks() throws Exception {
        return Lookup.lumilake(container);
    }

    /** Whether there is a composed view for a host, now. */
    protected boolean hasViewFor(String host) throws Exception {
        return !container.getServiceReferences(HostHooks.class, hookHost(host)).isEmpty();
    }

    /**
     * Changes some properties of a configuration, as an operator would. Put back after the test.
     *
     * @param pid its PID, {@code factory~name} for one of several
     */
    protected void configure(String pid, Map<String, ?> changes) throws IOException {
        Configuration configuration = configurations.getConfiguration(pid, "?");
        originals.putIfAbsent(pid, configuration.getProperties());
        Dictionary<String, Object> next = configuration.getProperties();
        changes.forEach(next::put);
        configuration.update(next);
    }

    /** No test learns what another one configured. */
    @After
    public void putBackConfigurations() throws IOException {
        for (Map.Entry<String, Dictionary<String, Object>> original : originals.entrySet()) {
            configurations.getConfiguration(original.getKey(), "?").update(original.getValue());
        }
        originals.clear();
    }

    private static String hookHost(String host) {
        return "(" + Hook.HOST + "=" + host + ")";
    }
}
