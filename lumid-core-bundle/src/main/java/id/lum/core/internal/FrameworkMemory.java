package id.lum.core.internal;

import id.lum.core.identity.AccountMemory;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Accounts as a service of the framework itself, which stays when this bundle is stopped, updated or refreshed. A host
 * may have authenticated a principal before a swap of the core and check the submission after it: without the address
 * nobody could tell whether that principal can pay.
 */
final class FrameworkMemory implements AccountMemory {
    /** Service property that tells this map from others. */
    private static final String CONTENT = "lumid.content";

    private static final String ACCOUNTS = "accounts";

    private final BundleContext bundle;

    FrameworkMemory(BundleContext bundle) {
        this.bundle = bundle;
    }

    @Override
    public Map<String, Map.Entry<String, Long>> accountsOf(String authority) {
        Map<String, Map<String, Map.Entry<String, Long>>> byAuthority = kept();
        byAuthority.keySet().removeIf(other -> !other.equals(authority));
        return byAuthority.computeIfAbsent(authority, first -> new LinkedHashMap<>());
    }

    @SuppressWarnings("unchecked")
    private Map<String, Map<String, Map.Entry<String, Long>>> kept() {
        try {
            for (ServiceReference<?> kept :
                    bundle.getServiceReferences(Map.class, "(" + CONTENT + "=" + ACCOUNTS + ")")) {
                return (Map<String, Map<String, Map.Entry<String, Long>>>) bundle.getService(kept);
            }
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
        Map<String, Map<String, Map.Entry<String, Long>>> first = new ConcurrentHashMap<>();
        bundle.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .getBundleContext()
                .registerService(Map.class, first, new Hashtable<>(Map.of(CONTENT, ACCOUNTS)));
        return first;
    }
}
