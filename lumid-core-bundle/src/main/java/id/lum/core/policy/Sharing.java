package id.lum.core.policy;

import id.lum.core.grants.Grant;
import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Gives others access to the resources of a host and takes it back. For administrators and for hosts that let an owner
 * share; nothing here asks whether the caller may.
 *
 * <p>A service with the host's name as {@code hook.host}. It is there while the host's adapter has its grants open, and
 * stays the same through every change of settings:
 *
 * <pre>{@code
 * @Reference(target = "(hook.host=acme)")
 * Sharing sharing;
 * }</pre>
 *
 * <p>What has returned is durable, and no later permission check decides by the old state. Every call is safe to
 * repeat. Each throws a {@link id.lum.hooks.HookRejection} with 503 when the grants cannot be read or written now; the
 * log says why. The outcome of a write is unknown then, and repeating the call settles it.
 */
@ProviderType
public interface Sharing {
    /**
     * The host whose resources these are.
     *
     * @return its name
     */
    String host();

    /**
     * Grants a level on a resource, in place of what the principal held on it: granting READ to a holder of WRITE takes
     * WRITE away.
     *
     * @param resource which one; it need not be registered
     * @param principalId who gets it; not blank
     * @param level READ or WRITE
     * @throws IllegalArgumentException if the resource has no id, grants on its kind open nothing, the principal is
     *     blank, or one of the names is no text that can be stored; the message says which
     */
    void grant(ResourceRef resource, String principalId, GrantLevel level);

    /**
     * Takes away what one principal holds on a resource, be it shared or owned.
     *
     * @param resource which one
     * @param principalId who loses it
     * @return whether the principal held anything
     * @throws IllegalArgumentException if the resource has no id
     */
    boolean revoke(ResourceRef resource, String principalId);

    /**
     * The grants as they are stored.
     *
     * @param filter which ones
     * @param limit how many at most, at least 0
     * @return the grants, ordered by kind, id and principal
     */
    List<Grant> list(GrantFilter filter, int limit);

    /**
     * Why a principal may or may not do something, by the host's policy and grants alone: another permission checker of
     * the host may decide otherwise. Changes nothing, and claims nothing.
     *
     * @param principal who would ask
     * @param resource one resource, or a kind
     * @param action what would be done
     * @return {@link Decision.Allowed} or {@link Decision.Denied}
     */
    Decision explain(PrincipalContext principal, ResourceRef resource, String action);
}
