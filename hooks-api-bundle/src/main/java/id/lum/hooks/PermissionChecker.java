package id.lum.hooks;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says what a principal may do to which resource.
 *
 * <p>Every checker must allow. The two questions agree: an id is in {@link #accessibleIds} exactly when
 * {@link #require} allows it.
 */
@ConsumerType
public interface PermissionChecker {

    /**
     * Which resources of a kind the principal may touch so. Safe to repeat. The composed view intersects the answers of
     * all checkers; "every id" restricts nothing.
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
     * @return true if the principal may do this only by claiming the resource, which nobody holds
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
     * @param principal who is asking
     * @param resource one resource, or a kind
     * @param action what is to be done
     * @throws HookRejection with 403 if the principal may not, or not any more because another principal claimed the
     *     resource first; with 503 if the checker cannot tell now
     */
    default void claim(PrincipalContext principal, ResourceRef resource, String action) {}
}
