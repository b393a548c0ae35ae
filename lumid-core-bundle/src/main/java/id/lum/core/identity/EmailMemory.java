package id.lum.core.identity;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps e-mail addresses beyond the life of one introspection, so that a restart or an update of the core forgets
 * nobody. It is in memory only.
 */
@ConsumerType
@FunctionalInterface
public interface EmailMemory {

    /**
     * Returns the addresses that one authority has told. Those of any other authority are dropped.
     *
     * @param authority the server, and the client that asks it
     * @return by principal id, the e-mail address and the time of the last call (of {@link System#nanoTime}), in the
     *     order of these times. Callers synchronize on the map. It contains objects of the JDK only, because it may
     *     outlive the classes of this bundle
     */
    Map<String, Map.Entry<String, Long>> emailsOf(String authority);
}
