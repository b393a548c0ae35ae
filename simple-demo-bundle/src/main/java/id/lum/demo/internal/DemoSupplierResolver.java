package id.lum.demo.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.flowmesh.SupplierResolver;
import id.lum.hooks.flowmesh.Worker;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the namespace of a worker for its supplier. */
final class DemoSupplierResolver implements SupplierResolver {
    private static final Logger LOG = LoggerFactory.getLogger(DemoSupplierResolver.class);

    private final String host;

    DemoSupplierResolver(String host) {
        this.host = host;
    }

    @Override
    public Optional<String> supplierOf(Worker worker) {
        Optional<String> supplier = Optional.of(worker.namespace()).filter(namespace -> !namespace.isEmpty());
        LOG.info(
                "{}: worker {} is {}.",
                host,
                LogSafe.of(worker.id()),
                supplier.map(named -> "supplied by " + LogSafe.of(named)).orElse("claimed by no supplier"));
        return supplier;
    }
}
