package id.lum.tokenstore.internal;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ManagedService;

/** A real framework in this process with Felix's ConfigAdmin in it, which logs all it can. */
public final class ConfiguredFramework {
    private final Framework framework;
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
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        directory.resolve("cache").toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        "org.osgi.service.cm;version=1.6.0",
                        "felix.cm.dir",
                        files.toString(),
                        "felix.cm.loglevel",
                        "4",
                        // Otherwise it would change how this whole process opens URLs.
                        "felix.service.urlhandlers",
                        "false"));
        framework.start();
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

    public BundleContext context() {
        return framework.getBundleContext();
    }

    /** The context of a bundle that can register no service of this type from here on. */
    public BundleContext contextRefusing(Class<?> type) {
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("registerService") && refers(arguments[0], type)) {
                        throw new IllegalStateException("refused");
                    }
                    return method.invoke(context(), arguments);
                });
    }

    private static boolean refers(Object types, Class<?> type) {
        return types instanceof String[] names ? List.of(names).contains(type.getName()) : type.equals(types);
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
        List<Path> all = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(files)) {
            walk.filter(Files::isRegularFile).forEach(all::add);
        }
        for (Path file : all) {
            text.append(Files.readString(file)).append('\n');
        }
        return text.toString();
    }

    public void stop() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(TimeUnit.SECONDS.toMillis(30));
    }
}
