package id.lum.tokenstore.internal;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/**
 * Declarative Services with one component, which reads its configuration when ConfigAdmin tells of a change, unless the
 * test says that this delivery is lost, doubled or late.
 */
public final class TestComponents implements ConfigurationListener {
    /** Declarative Services without components. */
    public static final ServiceComponentRuntime NONE = runtime(List.of(), List.of());

    /** What becomes of a delivery. */
    enum Fate {
        ARRIVES,
        LOST,
        DOUBLED,
        /** It is read now, and counts after the next one. */
        OVERTAKEN
    }

    /** Decides on each delivery. */
    interface Fates {
        Fate next();
    }

    private final String pid;
    private final ConfigurationAdmin admin;
    private final ServiceReference<?> reader;
    private final List<Map<String, Object>> late = new ArrayList<>();
    private Map<String, Object> inForce = Map.of();
    private String otherPid = "";
    private Fates fates = () -> Fate.ARRIVES;
    private int deliveries;
    private int looks;
    private String lastEvent = "";

    /** @param reader in whose name the configuration is read */
    TestComponents(String pid, ConfigurationAdmin admin, ServiceReference<?> reader) {
        this.pid = pid;
        this.admin = admin;
        this.reader = reader;
    }

    /** It has another configuration, which replaces the property "other". */
    synchronized void alsoConfiguredBy(String pid) {
        otherPid = pid;
    }

    synchronized void fates(Fates next) {
        fates = next;
        late.clear();
    }

    /** Every fate is as likely as another. */
    static Fates random(Random random) {
        return () -> Fate.values()[random.nextInt(Fate.values().length)];
    }

    synchronized Object now(String property) {
        return inForce.get(property);
    }

    synchronized int deliveries() {
        return deliveries;
    }

    /** How often somebody asked which components there are. */
    synchronized int looks() {
        return looks;
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        saw(event.getPid());
        if (pid.equals(event.getPid()) && event.getType() == ConfigurationEvent.CM_UPDATED) {
            take();
        }
    }

    private synchronized void take() {
        deliveries++;
        Fate fate = fates.next();
        if (fate == Fate.OVERTAKEN) {
            late.add(read());
            return;
        }
        if (fate != Fate.LOST) {
            inForce = read();
        }
        if (fate == Fate.DOUBLED) {
            inForce = read();
        }
        if (!late.isEmpty()) {
            inForce = late.remove(0);
        }
    }

    private Map<String, Object> read() {
        try {
            Configuration configuration = admin.getConfiguration(pid, "?");
            Dictionary<String, Object> properties = configuration.getProcessedProperties(reader);
            Map<String, Object> read = new HashMap<>();
            Collections.list(properties.keys()).forEach(key -> read.put(key, properties.get(key)));
            return read;
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    ServiceComponentRuntime runtime() {
        ComponentDescriptionDTO description = new ComponentDescriptionDTO();
        description.name = "acme.component";
        description.configurationPid = otherPid.isEmpty() ? new String[] {pid} : new String[] {pid, otherPid};
        description.configurationPolicy = "require";
        description.bundle = new BundleDTO();
        return (ServiceComponentRuntime) Proxy.newProxyInstance(
                ServiceComponentRuntime.class.getClassLoader(),
                new Class<?>[] {ServiceComponentRuntime.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getComponentDescriptionDTOs" -> {
                        countLook();
                        yield List.of(description);
                    }
                    case "getComponentConfigurationDTOs" -> configurations();
                    default -> true;
                });
    }

    private synchronized void saw(String changed) {
        lastEvent = changed;
    }

    /** The PID of the configuration that changed last. */
    synchronized String lastEvent() {
        return lastEvent;
    }

    private synchronized void countLook() {
        looks++;
    }

    private synchronized Collection<ComponentConfigurationDTO> configurations() {
        if (inForce.isEmpty()) {
            return List.of();
        }
        ComponentConfigurationDTO configuration = new ComponentConfigurationDTO();
        configuration.properties = new HashMap<>(inForce);
        if (!otherPid.isEmpty()) {
            configuration.properties.put("service.pid", List.of(pid, otherPid));
            configuration.properties.put("other", "of the other");
        }
        configuration.properties.replaceAll((property, value) -> reported(value));
        return List.of(configuration);
    }

    /** As Felix SCR does: what a DTO cannot hold becomes text, an array of primitives its identity. */
    private static Object reported(Object value) {
        Class<?> type = value.getClass().isArray() ? value.getClass().getComponentType() : value.getClass();
        boolean fits = type == String.class || type == Boolean.class || Number.class.isAssignableFrom(type);
        return fits ? value : String.valueOf(value);
    }

    private static ServiceComponentRuntime runtime(
            List<ComponentDescriptionDTO> descriptions, List<ComponentConfigurationDTO> configurations) {
        return (ServiceComponentRuntime) Proxy.newProxyInstance(
                ServiceComponentRuntime.class.getClassLoader(),
                new Class<?>[] {ServiceComponentRuntime.class},
                (self, method, arguments) ->
                        method.getName().equals("getComponentDescriptionDTOs") ? descriptions : configurations);
    }
}
