package id.lum.hooks.lumilake;

import id.lum.hooks.host.HookKind;
import java.util.Set;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Offers optimizers by name.
 *
 * <p>Names are compared by {@link String#equalsIgnoreCase}; the first provider, in order, that offers a name makes the
 * optimizer.
 */
@ConsumerType
@Capability(
        namespace = HookKind.NAMESPACE,
        name = "optimizer",
        attribute = "type=id.lum.hooks.lumilake.OptimizerProvider")
public interface OptimizerProvider {

    /**
     * The names on offer now. Cheap: it is asked at every schedule call.
     *
     * @return the names, in this provider's own spelling; of two that differ in case alone, the first in the order of
     *     the set is shown
     */
    Set<String> names();

    /**
     * Makes an optimizer. Safe to repeat; the view makes one for every schedule call and keeps none.
     *
     * @param name a name on offer, in the caller's spelling
     * @return the optimizer
     * @throws id.lum.hooks.HookRejection if the name is no longer on offer, or with 503 if it cannot be made now
     */
    Optimizer create(String name);
}
