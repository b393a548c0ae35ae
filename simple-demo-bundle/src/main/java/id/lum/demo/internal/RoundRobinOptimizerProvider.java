package id.lum.demo.internal;

import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.lumilake.Optimizer;
import id.lum.hooks.lumilake.OptimizerProvider;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers one optimizer, {@code simple}. */
final class RoundRobinOptimizerProvider implements OptimizerProvider {
    private static final Logger LOG = LoggerFactory.getLogger(RoundRobinOptimizerProvider.class);

    private static final String NAME = "simple";

    private final String host;

    RoundRobinOptimizerProvider(String host) {
        this.host = host;
    }

    @Override
    public Set<String> names() {
        LOG.info("{}: the optimizer {} is on offer.", host, NAME);
        return Set.of(NAME);
    }

    @Override
    public Optimizer create(String name) {
        boolean offered = NAME.equalsIgnoreCase(name);
        LOG.info("{}: optimizer {} is {}.", host, LogSafe.of(name), offered ? "made" : "not on offer");
        if (!offered) {
            throw new HookRejection(400, "Unknown optimizer " + LogSafe.of(name) + "; on offer: " + NAME + ".");
        }
        return new RoundRobinOptimizer(host);
    }
}
