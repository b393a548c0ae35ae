package id.lum.tokenstore.internal;

import id.lum.testing.EmptyFramework;
import id.lum.testing.LiveFiles;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ManagedService;

/** A real framework in this process with Felix's ConfigAdmin in it, which logs all it can. */
public final class ConfiguredFramework implements AutoCloseable {
    private final EmptyFramework framework;
    private final Path files;
    private final ConfigurationAdmin admin;

    /** Everything that was delivered to one PID, in order. */
    public static final class Consumer implements ManagedService {
        private final List<Map<String, Object>> deliveries = new CopyOnWriteArrayList<>();

        @Override
        public void updated(Dictionary<String, ?> properties) {
            Map<String, Object> delivery = new HashMap<>();
            Optional.ofNullable(properties)
                    .ifPresent(some -> Collections.list(some.keys()).forEach(key -> delivery.put(key, some.get(key))));
            deliveries.add(delivery);
        }

        /** The values of one property, an absent one as an empty text. */
        public List<Object> all(String property) {
            return deliveries.stream()
                    .map(delivery -> delivery.getOrDefault(property, ""))
                    .toList();
        }

        /** The value it has now. */
        public Object now(String property) {
            List<Object> all = all(property);
            return all.isEmpty() ? "" : all.get(all.size() - 1);
        }

        public int count() {
            return deliveries.size();
        }
    }

    public ConfiguredFramework(Path directory) throws BundleException, IOException, URISyntaxException {
        files = Files.createDirectories(directory.resolve("configurations"));
        framework = new EmptyFramework(
                directory.resolve("cache"),
                Map.of(
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        "org.osgi.service.cm;version=1.6.0",
                        "felix.cm.dir",
                        files.toString(),
                        "felix.cm.loglevel",
                        "4"));
        Bundle bundle = context()
                .installBundle(org.apache.felix.cm.PersistenceManager.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()
                        .toString());
        bundle.start();
        admin = context().getService(context().getServiceReference(ConfigurationAdmin.class));
    }

    /** A bundle without content, which can stop. */
    Bundle startBundle(String symbolicName) throws BundleException {
        return framework.startBundle(symbolicName);
    }

    public BundleContext context() {
        return framework.context();
    }

    /** The context of a bundle that can register no service of this type from here on. */
    public BundleContext contextRefusing(Class<?> type) {
        return framework.contextRefusing(type);
    }

    public ConfigurationAdmin admin() {
        return admin;
    }

    public Consumer consumer(String pid) {
        Consumer consumer = new Consumer();
        context().registerService(ManagedService.class, consumer, new Hashtable<>(Map.of(Constants.SERVICE_PID, pid)));
        return consumer;
    }

    public Configuration configure(String pid, Map<String, Object> properties) throws IOException {
        Configuration configuration = admin.getConfiguration(pid, "?");
        configuration.update(new Hashtable<>(properties));
        return configuration;
    }

    /** What ConfigAdmin keeps on disk, all of it. */
    public String persisted() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path file : LiveFiles.below(files)) {
            text.append(LiveFiles.text(file)).append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() throws BundleException {
        framework.close();
    }
}
