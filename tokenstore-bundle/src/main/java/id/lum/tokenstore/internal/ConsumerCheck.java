package id.lum.tokenstore.internal;

import id.lum.tokenstore.internal.ReferencePlugin.Inspection;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
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
 * force, so that a delivery counts only when it arrived; of other consumers only what the plugin put out is known.
 */
final class ConsumerCheck {
    private final BundleContext bundle;
    private final ServiceComponentRuntime components;
    private Collection<ComponentDescriptionDTO> descriptions = List.of();

    ConsumerCheck(BundleContext bundle, ServiceComponentRuntime components) {
        this.bundle = bundle;
        this.components = components;
    }

    /** Looks which components there are, once for a pass. */
    void refresh() {
        descriptions = components.getComponentDescriptionDTOs();
    }

    /** @throws IllegalStateException if the configuration is deleted */
    boolean anyLacks(Inspection seen) {
        String location = seen.configuration().getBundleLocation();
        boolean unserved = !seen.target().isTargeted();
        return seen.record().isOutdated(seen.wanted(), false)
                || services(seen.target(), location)
                        .anyMatch(service -> seen.record().isLackedBy(service, seen.wanted(), unserved))
                || descriptions.stream()
                        .filter(component -> isBoundTo(location, bundle.getBundle(component.bundle.id)))
                        .anyMatch(component -> lacks(component, seen));
    }

    private boolean lacks(ComponentDescriptionDTO component, Inspection seen) {
        if (component.configurationPolicy.equals("ignore")
                || !List.of(component.configurationPid).contains(seen.target().consumerPid())
                || !components.isComponentEnabled(component)) {
            return false;
        }
        // One that gets several configurations or none by itself need not have this one.
        boolean mayLack =
                seen.target().isTargeted() || component.configurationPid.length > 1 || component.factory != null;
        String pid = seen.target().pid();
        for (ComponentConfigurationDTO instance : components.getComponentConfigurationDTOs(component)) {
            List<String> pids = pids(instance.properties.get(Constants.SERVICE_PID));
            boolean has = pids.contains(pid);
            if (has && !seen.wanted().agreesWith(seen.delivered(), instance.properties, pids.size() == 1)) {
                return true;
            }
            mayLack |= has || pids.stream().anyMatch(targeted -> targeted.startsWith(pid + "|"));
        }
        return !mayLack;
    }

    private Stream<ServiceReference<?>> services(ConfigTarget target, String location) {
        String type = (target.factoryPid().isPresent() ? ManagedServiceFactory.class : ManagedService.class).getName();
        String pid = target.consumerPid().replaceAll("[()*\\\\]", "\\\\$0");
        try {
            ServiceReference<?>[] found = bundle.getAllServiceReferences(type, "(service.pid=" + pid + ")");
            return Stream.of(found == null ? new ServiceReference<?>[0] : found)
                    .filter(service -> isBoundTo(location, service.getBundle()));
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean isBoundTo(String location, Bundle owner) {
        return owner != null && (location == null || location.startsWith("?") || location.equals(owner.getLocation()));
    }

    /** Felix SCR reports a list as its text. */
    private static List<String> pids(Object value) {
        String text = value instanceof String[] several ? Arrays.toString(several) : String.valueOf(value);
        return text.startsWith("[") && text.endsWith("]")
                ? List.of(text.substring(1, text.length() - 1).split(", "))
                : List.of(text);
    }
}
