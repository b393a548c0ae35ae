package id.lum.core.grants;

import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.StoreUnavailable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Gives others access to a resource and takes it back. For administrators and for hosts that let an owner share;
 * nothing here asks whether the caller may.
 *
 * <p>What has returned is durable, and no later permission check decides by the old state. Every call is safe to
 * repeat. Each throws {@link StoreUnavailable} when the grants cannot be written now; its message says if the outcome
 * is unknown, and repeating the call settles it.
 */
@ProviderType
public interface Sharing {
    /**
     * Grants a level on a resource, in place of what the principal held on it: granting READ to a holder of WRITE takes
     * WRITE away.
     *
     * @param resource which one; it need not be registered
     * @param principalId who gets it; not blank
     * @param level READ or WRITE
     * @throws IllegalArgumentException if the resource has no id, the principal is blank, or one of them is no text
     *     that can be stored
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
}
