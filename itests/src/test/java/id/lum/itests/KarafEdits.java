package id.lum.itests;

import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;

/**
 * Edits of configuration files while Karaf runs. Once it has read a file it writes it back, on the one thread that
 * tells all listeners of configurations; what an editor saves between this reading and this writing is lost. So each
 * edit waits until the file was read and written back, before and after.
 */
final class KarafEdits implements ConfigurationListener, AutoCloseable {
    private static final String MARKER = "id.lum.itests.marker";

    private final ConfigurationAdmin configurations;
    private final Map<String, Integer> updates = new ConcurrentHashMap<>();
    private final ServiceRegistration<ConfigurationListener> registration;

    /** Before the features that bring the files, or when they have been there for long. */
    KarafEdits(BundleContext container) throws Exception {
        configurations = container.getService(container.getServiceReference(ConfigurationAdmin.class));
        for (Configuration known : configurations.listConfigurations("(service.pid=*)")) {
            updates.put(known.getPid(), 1);
        }
        registration = container.registerService(ConfigurationListener.class, this, null);
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (event.getType() == ConfigurationEvent.CM_UPDATED) {
            updates.merge(event.getPid(), 1, Integer::sum);
        }
    }

    /** Replaces the first place that matches, and returns once it counts. */
    void replace(Path file, String what, String with) throws Exception {
        String pid = file.getFileName().toString().replaceFirst("\\.cfg$", "");
        awaitUpdate(pid, 0);
        int before = updates.get(pid);
        EditedFile.replace(file, what, with);
        awaitUpdate(pid, before);
    }

    /** @param before how many updates there were */
    private void awaitUpdate(String pid, int before) throws Exception {
        Await.until(pid + " is read", () -> updates.getOrDefault(pid, 0) > before);
        int turn = updates.getOrDefault(MARKER, 0);
        // Who is told of this has been told of everything before.
        configurations.getConfiguration(MARKER, "?").update(new Hashtable<>(Map.of("turn", turn)));
        Await.until(pid + " is written back", () -> updates.getOrDefault(MARKER, 0) > turn);
    }

    @Override
    public void close() throws IOException {
        registration.unregister();
        configurations.getConfiguration(MARKER, "?").delete();
    }
}
