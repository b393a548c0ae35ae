package id.lum.support.sqlite;

import id.lum.support.lifecycle.Leased;
import id.lum.support.lifecycle.Stoppable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Waits for the first store that a {@link ReopeningStore} opens.
 *
 * @param <R> the store
 */
@ConsumerType
@FunctionalInterface
public interface OpenListener<R extends Stoppable> {
    /**
     * The first store is open. If this throws, it is called again.
     *
     * @param store leases the store in force, also after another one replaces this; a call throws
     *     {@link StoreUnavailable} while there is none
     */
    void firstOpened(Leased<R> store);
}
