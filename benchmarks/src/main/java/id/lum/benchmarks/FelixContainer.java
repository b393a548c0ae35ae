package id.lum.benchmarks;

import id.lum.hooks.flowmesh.UsageRow;
import id.lum.hooks.host.HostHooks;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * A real Felix in this process, with our bundles as they are shipped. The API comes from the class path, so that a
 * benchmark can ask what the bundles answer.
 */
final class FelixContainer implements AutoCloseable {
    /** The beginnings of the names of their files. */
    private static final List<String> BUNDLES = List.of(
            "org.osgi.service.component-",
            "org.osgi.util.function-",
            "org.osgi.util.promise-",
            "org.apache.felix.configadmin-",
            "org.apache.felix.scr-",
            "jackson-annotations-",
            "jackson-core-",
            "jackson-databind-",
            "caffeine-",
            "sqlite-jdbc-",
            "id.lum.engine-",
            "id.lum.support-",
            "id.lum.core-",
            "id.lum.flowmesh-");

    private static final String SHARED_PACKAGES = "id.lum.hooks;version=1.0.0,id.lum.hooks.host;version=1.0.0,"
            + "id.lum.hooks.flowmesh;version=1.0.0,org.slf4j;version=1.7.36,org.slf4j.event;version=1.7.36,"
            + "org.osgi.service.cm;version=1.6.0";

    private static final long LONGEST_START_MILLIS = 60_000;

    private final Framework framework;

    /**
     * Starts the framework and the bundles.
     *
     * @param storage an empty directory
     */
    FelixContainer(Path storage) throws BundleException {
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        storage.toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        SHARED_PACKAGES,
                        // Otherwise Felix would change how this whole process opens URLs.
                        "felix.service.urlhandlers",
                        "false",
                        "felix.cm.dir",
                        storage.resolve("configurations").toString()));
        framework.start();
        List<Bundle> bundles = new ArrayList<>();
        for (String name : BUNDLES) {
            bundles.add(context().installBundle(file(name).toUri().toString()));
        }
        for (Bundle bundle : bundles) {
            bundle.start();
        }
    }

    private static Path file(String name) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No " + name + "*.jar is on the class path."));
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    void configure(String pid, Map<String, Object> properties) throws IOException {
        configurations().getConfiguration(pid, "?").update(new Hashtable<>(properties));
    }

    /** Configures the view of a host, in which no hook is required. */
    void configureHost(String host) throws IOException {
        Dictionary<String, Object> properties = new Hashtable<>(Map.of("host", host, "required", ""));
        configurations().getFactoryConfiguration("id.lum.hooks.host", host, "?").update(properties);
    }

    private ConfigurationAdmin configurations() {
        return context().getService(context().getServiceReference(ConfigurationAdmin.class));
    }

    /** The view of a host, once it has hooks of so many kinds at least. */
    @SuppressWarnings("unchecked")
    HostHooks<UsageRow> view(String host, int kinds) throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < LONGEST_START_MILLIS * 1_000_000) {
            for (HostHooks<?> view : views(host)) {
                if (view.hooks().size() >= kinds) {
                    return (HostHooks<UsageRow>) view;
                }
            }
            Thread.sleep(20);
        }
        throw new IllegalStateException("The view of " + host + " has no hooks of " + kinds + " kinds.");
    }

    @SuppressWarnings("rawtypes")
    private List<HostHooks<?>> views(String host) {
        try {
            List<HostHooks<?>> views = new ArrayList<>();
            for (ServiceReference<HostHooks> view :
                    context().getServiceReferences(HostHooks.class, "(hook.host=" + host + ")")) {
                views.add(context().getService(view));
            }
            return views;
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalArgumentException(host, impossible);
        }
    }

    @Override
    public void close() throws BundleException {
        framework.stop();
        try {
            framework.waitForStop(LONGEST_START_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
