package id.lum.hooks;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides what a principal may do to a resource.
 *
 * <p>Every checker must allow. The two questions agree: an id is in {@link #accessibleIds} exactly when
 * {@link #require} allows it.
 */
@ConsumerType
public interface PermissionChecker {

    /**
     * Returns the ids of a kind on which the principal may do the action. Safe to repeat. The composed view intersects
     * the answers of all checkers.
     *
     * @param principal who is asking
     * @param kind the kind of resource
     * @param action what is to be done
     * @return every id, or exactly some; a kind or action that the checker does not know gives none
     * @throws HookRejection with 503 if the checker cannot tell now
     */
    AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action);

    /**
     * Returns if the principal may do this. Changes nothing: a resource that the principal could {@link #claim} is
     * allowed and stays unclaimed. Safe to repeat.
     *
     * @param principal who is asking
     * @param resource one resource, or a kind
     * @param action what is to be done
     * @throws HookRejection with 403 if the principal may not, or with 503 if the checker cannot tell now
     */
    void require(PrincipalContext principal, ResourceRef resource, String action);

    /**
     * Answers as {@link #require} does, and whether the answer holds only together with a {@link #claim}. The composed
     * view asks this. A checker that claims resources overrides both methods; the others need neither.
     *
     * @param principal who is asking
     * @param resource one resource, or a kind
     * @param action what is to be done
     * @return true if the principal may do this only by claiming the resource, which has no holder
     * @throws HookRejection as {@link #require} throws
     */
    default boolean requiresClaim(PrincipalContext principal, ResourceRef resource, String action) {
        require(principal, resource, action);
        return false;
    }

    /**
     * Claims the resource for the principal. The composed view calls this on every checker, in order, when all of them
     * have allowed and one of them requires a claim; the caller is let in once all claims have returned. Atomic: of
     * several principals who claim one resource, one succeeds. Decides anew, because the first answer may be outdated:
     * it returns without a change if the principal may do this without a claim. Safe to repeat.
     *
     * <p>If this returns a receipt and a later checker does not claim, the view calls {@link #undoClaim}.
     *
     * @param principal who is asking
     * @param resource one resource, or a kind
     * @param action what is to be done
     * @return a receipt for the grant that this call made; empty if it made none, as when the principal held one before
     * @throws HookRejection with 403 if the principal may not, or not any more because another principal claimed the
     *     resource first; with 503 if the checker cannot tell now
     */
    default Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
        return Optional.empty();
    }

    /**
     * Removes the grant that {@link #claim} made, because a later checker refused or could not tell. The composed view
     * calls this in reverse order. If the checker has left since, its successor is asked: a receipt means the same to
     * both. Removes that grant alone: one that was made or confirmed again since, for example by a registrar or an
     * operator, stays. Does nothing if the grant is gone. Safe to repeat. A checker whose claims give receipts
     * overrides this.
     *
     * @param principal who claimed
     * @param resource what was claimed
     * @param receipt what {@link #claim} returned
     * @throws HookRejection with 503 if the checker cannot do it now; the view logs that the grant stays
     */
    default void undoClaim(PrincipalContext principal, ResourceRef resource, String receipt) {
        throw new UnsupportedOperationException("This checker gives receipts for claims, but undoes none.");
    }
}
