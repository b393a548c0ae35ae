package id.lum.hooks.flowmesh;

import id.lum.hooks.host.HookKind;
import java.util.Optional;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says who supplied the machine that a worker runs on, so that the supplier can be paid.
 *
 * <p>Resolvers are asked in order; the first answer wins, and without one the supplier is the empty text.
 */
@FunctionalInterface
@Capability(
        namespace = HookKind.NAMESPACE,
        name = "supplier",
        attribute = "type=id.lum.hooks.flowmesh.SupplierResolver")
@ConsumerType
public interface SupplierResolver {

    /**
     * Resolves a worker. Safe to repeat.
     *
     * @param worker the worker
     * @return the supplier's id, or empty for "not mine"
     * @throws id.lum.hooks.HookRejection with 503 if the resolver cannot tell now
     */
    Optional<String> supplierOf(Worker worker);
}
