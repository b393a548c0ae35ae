package id.lum.hooks.internal;

import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * A hook as the service registry has it. The service object is fetched at the first question and kept until the hook
 * leaves: a hook whose object cannot be had still counts as present, so that its absence lets nobody in.
 */
final class RegisteredHook {
    private final BundleContext bundle;
    private final ServiceReference<?> reference;
    private volatile Optional<Object> service = Optional.empty();

    RegisteredHook(BundleContext bundle, ServiceReference<?> reference) {
        this.bundle = bundle;
        this.reference = reference;
    }

    boolean isFrom(ServiceReference<?> other) {
        return reference.equals(other);
    }

    /** @throws IllegalStateException if the registry gives no object, as when a component's constructor threw */
    Object service() {
        Optional<Object> known = service;
        if (known.isEmpty()) {
            known = Optional.ofNullable(bundle.getService(reference));
            service = known;
        }
        return known.orElseThrow(() -> new IllegalStateException("The service registry has no object for this hook."));
    }

    void release() {
        if (service.isPresent()) {
            bundle.ungetService(reference);
        }
    }
}
