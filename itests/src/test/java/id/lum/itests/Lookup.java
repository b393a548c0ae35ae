package id.lum.itests;

import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.lumilake.LumilakeHooks;
import id.lum.testing.Await;
import java.util.Arrays;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.util.tracker.ServiceTracker;

/** Finds what is in a container. */
final class Lookup {
    private Lookup() {}

    /**
     * A service, waited for.
     *
     * @param filter which one, in the syntax of OSGi filters
     */
    static <T> T service(BundleContext container, Class<T> type, String filter) throws Exception {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(
                container, FrameworkUtil.createFilter("(&(objectClass=" + type.getName() + ")" + filter + ")"), null);
        tracker.open();
        try {
            return Optional.ofNullable(tracker.waitForService(Await.BOUND.toMillis()))
                    .orElseThrow(() -> new AssertionError("There is no " + type.getSimpleName() + " " + filter + "."));
        } finally {
            tracker.close();
        }
    }

    /** The composed view of FlowMesh in its own types, waited for. */
    @SuppressWarnings("unchecked")
    static FlowmeshHooks flowmesh(BundleContext container) throws Exception {
        return new FlowmeshHooks(service(container, HostHooks.class, "(hook.host=flowmesh)"));
    }

    /** The composed view of Lumilake in its own types, waited for. */
    @SuppressWarnings("unchecked")
    static LumilakeHooks lumilake(BundleContext container) throws Exception {
        return new LumilakeHooks(service(container, HostHooks.class, "(hook.host=lumilake)"));
    }

    /** An installed bundle. */
    static Bundle bundle(BundleContext container, String symbolicName) {
        return Arrays.stream(container.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no bundle " + symbolicName + "."));
    }
}
