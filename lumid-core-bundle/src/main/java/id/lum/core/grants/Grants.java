package id.lum.core.grants;

import id.lum.support.sqlite.StoreUnavailable;
import java.util.Optional;
import java.util.Set;

/**
 * The grants that a decision may look at, and the writes a decision can make: a claim, and undoing it.
 *
 * <p>Once a write has returned, here or anywhere else in the store, no later call sees the old state. Every method
 * throws {@link StoreUnavailable} when the store is closed or cannot be read; it never answers then.
 */
public interface Grants {
    /**
     * What a principal holds on a resource.
     *
     * @param kind the kind of resource
     * @param id which one
     * @param principalId who
     * @return the level; empty for no grant, and for a stored level that is none
     */
    Optional<GrantLevel> level(String kind, String id, String principalId);

    /**
     * The resources of a kind on which a principal holds at least a level.
     *
     * @param kind the kind of resource
     * @param principalId who
     * @param atLeast the level
     * @return a snapshot that never changes; asking it copies nothing
     */
    Set<String> ids(String kind, String principalId, GrantLevel atLeast);

    /**
     * Whether {@link #claim} would grant a resource now. Changes nothing.
     *
     * @param kind the kind of resource
     * @param id which one
     * @param principalId who
     * @return true if no principal holds a grant on it, and these names can be stored
     */
    boolean isClaimable(String kind, String id, String principalId);

    /**
     * Grants a resource to a principal if no principal holds a grant on it. Atomic: of several claimants one wins.
     *
     * @param kind the kind of resource
     * @param id which one
     * @param principalId who
     * @param level what is granted
     * @return a receipt for the grant that this call made; empty if somebody, this principal included, holds one
     *     already
     */
    Optional<String> claim(String kind, String id, String principalId, GrantLevel level);

    /**
     * Removes the grant that a claim made, unless it was made or confirmed again since. A receipt is valid in every
     * store that is opened on the same database.
     *
     * @param kind the kind of resource
     * @param id which one
     * @param principalId who
     * @param receipt what {@link #claim} returned
     * @return whether it was removed
     */
    boolean undoClaim(String kind, String id, String principalId, String receipt);
}
