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
     * The accounts of one authority. Those of any other authority are dropped.
     *
     * @param authority names a server and the client that asks it
     * @return e-mail address and time of the last call (as {@link System#nanoTime} has it), by principal id, the
     *     longest absent first. Guarded by itself. It and its content are of classes of the JDK: it may outlive the
     *     classes of this bundle
     */
    Map<String, Map.Entry<String, Long>> accountsOf(String authority);
}
