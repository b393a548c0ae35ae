package id.lum.core.internal;

import id.lum.core.identity.EmailMemory;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;

/**
 * Keeps e-mail addresses in a service of the framework itself, which stays when this bundle is stopped, updated or
 * refreshed. A host may authenticate a principal before a swap of the core and check the submission after it; the check
 * of the balance needs the address.
 *
 * <p>While this bundle is stopped, no code of it runs that could drop an address after 24 hours. The address stays
 * until the next start, which drops it, until this bundle is uninstalled, or until the framework ends.
 */
final class FrameworkMemory implements EmailMemory {
    /** Service property that tells this map from others. */
    private static final String CONTENT = "lumid.content";

    private static final String EMAILS = "emails";

    private final BundleContext bundle;
    private final BundleContext framework;

    FrameworkMemory(BundleContext bundle) {
        this.bundle = bundle;
        this.framework = bundle.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
    }

    /**
     * Drops all addresses when the bundle is uninstalled. An update replaces this listener by one of its own classes.
     */
    private record Forgetting(BundleContext framework, long bundle, Map<?, ?> emails, AtomicReference<Object> current)
            implements SynchronousBundleListener {
        @Override
        public void bundleChanged(BundleEvent event) {
            if (event.getType() == BundleEvent.UNINSTALLED && event.getBundle().getBundleId() == bundle) {
                emails.clear();
                current.set("none");
                framework.removeBundleListener(this);
            }
        }

        /** Without the addresses. */
        @Override
        public String toString() {
            return "drops e-mail addresses when bundle " + bundle + " is uninstalled";
        }
    }

    @Override
    public Map<String, Map.Entry<String, Long>> emailsOf(String authority) {
        Map<String, Map<String, Map.Entry<String, Long>>> byAuthority = kept(Map.class, new ConcurrentHashMap<>());
        forgetWhenUninstalled(byAuthority);
        byAuthority.keySet().removeIf(other -> !other.equals(authority));
        return byAuthority.computeIfAbsent(authority, first -> new LinkedHashMap<>());
    }

    private void forgetWhenUninstalled(Map<?, ?> emails) {
        AtomicReference<Object> current = kept(AtomicReference.class, new AtomicReference<>("none"));
        Forgetting next = new Forgetting(framework, bundle.getBundle().getBundleId(), emails, current);
        framework.addBundleListener(next);
        if (current.getAndSet(next) instanceof SynchronousBundleListener before) {
            framework.removeBundleListener(before);
        }
    }

    /** An object of a class of the JDK, which outlives the classes of this bundle. */
    @SuppressWarnings("unchecked")
    private <T> T kept(Class<? super T> type, T first) {
        try {
            for (ServiceReference<?> kept : bundle.getServiceReferences(type, "(" + CONTENT + "=" + EMAILS + ")")) {
                return (T) bundle.getService(kept);
            }
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
        framework.registerService(type, first, new Hashtable<>(Map.of(CONTENT, EMAILS)));
        return first;
    }
}
