package id.lum.hooks;

import java.util.Collection;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Learns which resources exist and who made them, so that ownership can be decided later.
 *
 * <p>Every registrar is called, in order. A failure reaches the host, which then aborts its own request; what
 * registrars before it wrote stays, and the host repeats the call or deregisters.
 */
@ConsumerType
public interface ResourceRegistrar {

    /**
     * A resource was persisted: the principal owns it once this returns. Safe to repeat.
     *
     * @param principal who made it
     * @param resource the resource; one without an id is ignored
     * @throws HookRejection if it could not be recorded
     */
    void register(PrincipalContext principal, ResourceRef resource);

    /**
     * A resource was deleted for good: no principal has rights on it once this returns. Safe to repeat.
     *
     * @param principal who deleted it
     * @param resource the resource; one without an id is ignored
     * @throws HookRejection if it could not be recorded
     */
    void deregister(PrincipalContext principal, ResourceRef resource);

    /**
     * These resources are live; rights on others that were last confirmed before this process started may go. Called by
     * a host after it has listed its own storage. All or nothing, and safe to repeat.
     *
     * @param live every live resource; those without an id are skipped
     * @return how many rights this registrar confirmed and deleted; {@link ReconcileResult#NOTHING} if it keeps none
     * @throws HookRejection if it could not be recorded; nothing has changed then
     */
    ReconcileResult reconcile(Collection<ResourceRef> live);
}
