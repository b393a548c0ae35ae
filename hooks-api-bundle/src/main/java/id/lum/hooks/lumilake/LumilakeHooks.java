package id.lum.hooks.lumilake;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HostHooks;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** The composed view in Lumilake's own types. Published for the host named {@code lumilake}. */
@ProviderType
public interface LumilakeHooks extends HostHooks<UsageRow> {

    /**
     * {@link HostHooks#require(PrincipalContext, ResourceRef, String)} for one resource.
     *
     * @param principal who is asking
     * @param kind the kind of resource
     * @param id which one
     * @param action what is to be done
     * @throws id.lum.hooks.HookRejection if the principal may not, or with 503 if that cannot be told now
     */
    default void require(PrincipalContext principal, ResourceKind kind, String id, ResourceAction action) {
        require(principal, ResourceRef.of(kind.word(), id), action.word());
    }

    /**
     * {@link HostHooks#require(PrincipalContext, ResourceRef, String)} for a kind as a whole.
     *
     * @param principal who is asking
     * @param kind the kind of resource
     * @param action what is to be done
     * @throws id.lum.hooks.HookRejection if the principal may not, or with 503 if that cannot be told now
     */
    default void require(PrincipalContext principal, ResourceKind kind, ResourceAction action) {
        require(principal, ResourceRef.kindLevel(kind.word()), action.word());
    }

    /**
     * {@link HostHooks#accessibleIds(PrincipalContext, String, String)}.
     *
     * @param principal who is asking
     * @param kind the kind of resource
     * @param action what is to be done
     * @return every id, or exactly some
     * @throws id.lum.hooks.HookRejection with 503 if that cannot be told now
     */
    default AccessibleIds accessibleIds(PrincipalContext principal, ResourceKind kind, ResourceAction action) {
        return accessibleIds(principal, kind.word(), action.word());
    }

    /**
     * The optimizers on offer now, of all providers.
     *
     * @return the names, each once; of two spellings that of the provider asked first
     * @throws id.lum.hooks.HookRejection with 503 if a provider failed, or is missed and required
     */
    Set<String> optimizers();

    /**
     * A handle on an optimizer.
     *
     * @param name the name, compared case-insensitively
     * @return the handle, good for as long as this view
     * @throws id.lum.hooks.HookRejection with 400 if nobody offers the name, naming what is on offer, or with 503 if a
     *     provider failed, or is missed and required
     */
    OptimizerHandle optimizer(String name);
}
