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
     * Returns if the principal may do this. Safe to repeat.
     *
     * @param principal who is asking
     * @param resource one resource, or a kind
     * @param action what is to be done
     * @throws HookRejection with 403 if the principal may not, or with 503 if the checker cannot tell now
     */
    void require(PrincipalContext principal, ResourceRef resource, String action);
}
