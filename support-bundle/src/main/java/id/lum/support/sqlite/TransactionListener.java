package id.lum.support.sqlite;

import org.osgi.annotation.versioning.ConsumerType;

/** Follows the transactions of a store that write. */
@ConsumerType
@FunctionalInterface
public interface TransactionListener {
    /** A transaction has ended, committed or not. Called in the writer's thread, before the callers are answered. */
    void afterTransaction();
}
