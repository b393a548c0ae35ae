package id.lum.engine.internal;

import id.lum.hooks.Hook;
import id.lum.hooks.LogSafe;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.log.Outage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.ComponentConstants;

/**
 * A hook as the service registry has it. The service object is fetched at the first question and kept until the hook
 * leaves: a hook whose object cannot be had still counts as present, so that its absence admits no caller.
 */
final class RegisteredHook {
    /** A hook may fail at every second call: it is well once it has answered for so long. */
    private static final Duration QUIET = Duration.ofMinutes(1);

    private static final Duration REPEAT = Duration.ofMinutes(10);

    private final BundleContext bundle;
    private final ServiceReference<?> reference;
    // Kept, because a reference names its bundle only until the service has left.
    private final String bundleName;
    private final CallsUnderWay calls = new CallsUnderWay();
    private final Outage failures = new Outage(QUIET, REPEAT);
    private final AtomicReference<Optional<Object>> service = new AtomicReference<>(Optional.empty());

    RegisteredHook(BundleContext bundle, ServiceReference<?> reference) {
        this.bundle = bundle;
        this.reference = reference;
        this.bundleName = Optional.ofNullable(reference.getBundle())
                .map(Bundle::getSymbolicName)
                .orElse("");
    }

    /** Whether the service has left the registry; the tracker may not have reported it yet. */
    boolean isGone() {
        return reference.getBundle() == null;
    }

    /** The interfaces of the service, which may be several kinds of hook. */
    List<String> types() {
        return List.of((String[]) reference.getProperty(Constants.OBJECTCLASS));
    }

    String name() {
        return reference.getProperty(Hook.NAME) instanceof String name && !name.isBlank() ? name : bundleName;
    }

    String bundleName() {
        return bundleName;
    }

    DeclaredHosts hosts() {
        return DeclaredHosts.of(reference.getProperty(Hook.HOST));
    }

    /** OSGi Core section 5.2.5: a ranking that is no Integer counts as zero. */
    int ranking() {
        return reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }

    /** Whether it says so itself, which counts for a usage sink; the configuration of the view may require more. */
    boolean isRequired() {
        return Boolean.TRUE.equals(reference.getProperty(Hook.REQUIRED));
    }

    /** Why it keeps nothing of what it accepts now; empty if it says nothing of the kind. */
    Optional<String> discards() {
        return Optional.ofNullable(reference.getProperty(Hook.DISCARDS)).map(Object::toString);
    }

    CallsUnderWay calls() {
        return calls;
    }

    Outage failures() {
        return failures;
    }

    /** The lower, the older. */
    long age() {
        return (Long) reference.getProperty(Constants.SERVICE_ID);
    }

    /** @throws NotMade if the registry gives no object, as when a component's constructor threw */
    Object service() {
        Optional<Object> known = service.get();
        if (known.isEmpty()) {
            // No lock: the registry may run the hook's constructor here. Who comes second gives its use back.
            Optional<Object> fetched = Optional.ofNullable(bundle.getService(reference));
            if (fetched.isPresent() && !service.compareAndSet(known, fetched)) {
                bundle.ungetService(reference);
            }
            known = fetched;
        }
        return known.orElseThrow(() -> new NotMade(howToLearnWhy()));
    }

    private String howToLearnWhy() {
        String error = "look above for an error of the bundle " + LogSafe.of(bundleName);
        return reference.getProperty(ComponentConstants.COMPONENT_NAME) instanceof String component
                ? "its component could not be made; " + error + ", and at scr:info " + LogSafe.of(component)
                : "its service factory made no object; " + error;
    }

    /** There is no object to ask. The message is fit for a log, and its stack tells nothing. */
    static final class NotMade extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotMade(String message) {
            super(message, null, false, false);
        }
    }

    void release() {
        if (service.getAndSet(Optional.empty()).isPresent()) {
            ServiceWithdrawal.release(bundle, reference);
        }
    }
}
