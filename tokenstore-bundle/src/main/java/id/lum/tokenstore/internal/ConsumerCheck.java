package id.lum.tokenstore.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.cm.ManagedServiceFactory;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/**
 * Finds consumers of a configuration that do not have what they should have. Components are asked for the properties in
 * force, so that a delivery counts only when it arrived; of other consumers only what the plugin delivered is known.
 */
final class ConsumerCheck {
    private final BundleContext bundle;
    private final ServiceComponentRuntime components;
    private Collection<ComponentDescriptionDTO> descriptions = List.of();

    ConsumerCheck(BundleContext bundle, ServiceComponentRuntime components) {
        this.bundle = bundle;
        this.components = components;
    }

    /** Looks at which components there are. */
    void inspect() {
        descriptions = components.getComponentDescriptionDTOs();
    }

    /**
     * Whether a consumer lacks what it should have.
     *
     * @param location the bundle location that the configuration is bound to, or null
     * @param wanted what the configuration becomes at the place of the plugin
     * @param delivered what it becomes after all plugins
     */
    boolean isOutdated(
            ConfigTarget target, String location, Resolution wanted, Map<String, ?> delivered, DeliveryRecord record) {
        return isComponentOutdated(target, location, wanted, delivered)
                || isServiceOutdated(target, location, wanted, record);
    }

    private boolean isComponentOutdated(
            ConfigTarget target, String location, Resolution wanted, Map<String, ?> delivered) {
        for (ComponentDescriptionDTO component : descriptions) {
            if (!component.configurationPolicy.equals("ignore")
                    && Arrays.asList(component.configurationPid).contains(target.consumerPid())
                    && isBoundTo(location, component.bundle.id)
                    && components.isComponentEnabled(component)
                    && isOutdated(component, target, wanted, delivered)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOutdated(
            ComponentDescriptionDTO component, ConfigTarget target, Resolution wanted, Map<String, ?> delivered) {
        // One that gets several configurations or none by itself need not have this one.
        boolean mayLack = target.isTargeted() || component.configurationPid.length > 1 || component.factory != null;
        for (ComponentConfigurationDTO instance : components.getComponentConfigurationDTOs(component)) {
            List<String> pids = reportedPids(instance.properties.get(Constants.SERVICE_PID));
            if (pids.contains(target.pid())) {
                mayLack = true;
                boolean agrees = pids.size() == 1
                        ? wanted.agrees(delivered, instance.properties)
                        : wanted.agreesInReferences(delivered, instance.properties);
                if (!agrees) {
                    return true;
                }
            } else if (pids.stream().anyMatch(pid -> pid.startsWith(target.pid() + "|"))) {
                mayLack = true;
            }
        }
        return !mayLack;
    }

    private boolean isServiceOutdated(ConfigTarget target, String location, Resolution wanted, DeliveryRecord record) {
        for (ServiceReference<?> service : services(target, location)) {
            if (record.lastOutput(service)
                    .map(output -> !wanted.agreesWith(output))
                    .orElse(!target.isTargeted())) {
                return true;
            }
        }
        return record.outputs().entrySet().stream()
                .anyMatch(output -> !isOfComponents(output.getKey()) && !wanted.agreesWith(output.getValue()));
    }

    private List<ServiceReference<?>> services(ConfigTarget target, String location) {
        String type = (target.factoryPid().isPresent() ? ManagedServiceFactory.class : ManagedService.class).getName();
        List<ServiceReference<?>> found = new ArrayList<>();
        try {
            ServiceReference<?>[] all = bundle.getAllServiceReferences(type, null);
            for (ServiceReference<?> service : all == null ? new ServiceReference<?>[0] : all) {
                Bundle owner = service.getBundle();
                if (owner != null
                        && isBoundTo(location, owner.getBundleId())
                        && texts(service.getProperty(Constants.SERVICE_PID)).contains(target.consumerPid())) {
                    found.add(service);
                }
            }
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
        return found;
    }

    /** Felix SCR reads configurations in the name of a service without a PID, one for each bundle with components. */
    private static boolean isOfComponents(ServiceReference<?> reader) {
        return texts(reader.getProperty(Constants.OBJECTCLASS)).contains(ManagedService.class.getName())
                && reader.getProperty(Constants.SERVICE_PID) == null;
    }

    private boolean isBoundTo(String location, long bundleId) {
        Bundle owner = bundle.getBundle(bundleId);
        return owner != null && (location == null || location.startsWith("?") || location.equals(owner.getLocation()));
    }

    /** Felix SCR reports a list as its text. */
    private static List<String> reportedPids(Object value) {
        return value instanceof String text && text.startsWith("[") && text.endsWith("]")
                ? List.of(text.substring(1, text.length() - 1).split(", "))
                : texts(value);
    }

    private static List<String> texts(Object value) {
        if (value instanceof String[] several) {
            return List.of(several);
        }
        if (value instanceof Collection<?> several) {
            return several.stream().map(String::valueOf).toList();
        }
        return value == null ? List.of() : List.of(String.valueOf(value));
    }
}
