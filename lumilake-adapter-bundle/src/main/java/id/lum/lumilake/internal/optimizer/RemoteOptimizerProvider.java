package id.lum.lumilake.internal.optimizer;

import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.lumilake.Optimizer;
import id.lum.hooks.lumilake.OptimizerProvider;
import java.util.Optional;
import java.util.Set;

/**
 * Offers what the remote optimizer offers.
 *
 * <p>An {@link Optimizer} stays with the server whose catalog had its name, also when another catalog, or another
 * server, has come into force before it is called: a token goes to no server that did not offer the name, and the call
 * does not fail because of the change. No optimizer is old: the composed view makes one for each call, and its handles
 * hold none, so the next call goes by the new catalog.
 *
 * <p>One that was withdrawn throws, and the view asks whoever comes after it.
 */
final class RemoteOptimizerProvider implements OptimizerProvider {
    private final OptimizerClient server;
    // Empty once withdrawn.
    private volatile Optional<CatalogSnapshot> offer;

    RemoteOptimizerProvider(OptimizerClient server, CatalogSnapshot offer) {
        this.server = server;
        this.offer = Optional.of(offer);
    }

    @Override
    public Set<String> names() {
        return offer().catalog().names();
    }

    @Override
    public Optimizer create(String name) {
        CatalogSnapshot now = offer();
        if (!now.catalog().offers(name)) {
            throw new HookRejection(
                    400,
                    "Unknown optimizer " + LogSafe.of(name) + "; on offer: "
                            + now.catalog().listed() + ".");
        }
        return (request, bearer) -> server.schedule(now.settings(), name, request, bearer);
    }

    void change(CatalogSnapshot next) {
        offer = Optional.of(next);
    }

    void withdraw() {
        offer = Optional.empty();
    }

    private CatalogSnapshot offer() {
        return offer.orElseThrow(() -> HookRejection.unavailable("The remote optimizer is no longer configured."));
    }
}
