package id.lum.support.sqlite;

import org.osgi.annotation.versioning.ConsumerType;

/** Follows the transactions of a store that write. */
@ConsumerType
@FunctionalInterface
public interface TransactionListener {
    /**
     * A transaction is committed, and each of its writes was run exactly once. Called in the writer's thread, before
     * {@link #afterTransaction}; not called after a commit of which a write has failed or was run again.
     */
    default void committed() {}

    /** A transaction has ended, committed or not. Called in the writer's thread, before the callers are answered. */
    void afterTransaction();
}
