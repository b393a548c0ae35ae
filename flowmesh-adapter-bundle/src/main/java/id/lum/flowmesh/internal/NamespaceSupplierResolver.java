package id.lum.flowmesh.internal;

import id.lum.core.policy.Sharing;
import id.lum.hooks.Hook;
import id.lum.hooks.flowmesh.SupplierResolver;
import id.lum.hooks.flowmesh.Worker;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;

/** Answers the namespace of the worker as its supplier. */
@Component(service = SupplierResolver.class, immediate = true)
@Hook(host = FlowmeshAdapter.HOST, name = FlowmeshAdapter.NAME)
@ServiceRanking(FlowmeshAdapter.RANKING)
public final class NamespaceSupplierResolver implements SupplierResolver {
    /** @param sharing only for its presence: the adapter is there as a whole or not at all */
    @Activate
    public NamespaceSupplierResolver(
            @Reference(target = "(" + Hook.HOST + "=" + FlowmeshAdapter.HOST + ")") Sharing sharing) {}

    @Override
    public Optional<String> supplierOf(Worker worker) {
        return Optional.of(worker.namespace()).filter(namespace -> !namespace.isEmpty());
    }
}
