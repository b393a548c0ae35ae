package id.lum.lumilake.internal.optimizer;

import id.lum.hooks.HookRejection;
import id.lum.hooks.Printable;
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
    private final OptimizerServer server;
    // Empty once withdrawn.
    private volatile Optional<Offer> offer;

    RemoteOptimizerProvider(OptimizerServer server, Offer offer) {
        this.server = server;
        this.offer = Optional.of(offer);
    }

    @Override
    public Set<String> names() {
        return offer().catalog().names();
    }

    @Override
    public Optimizer create(String name) {
        Offer now = offer();
        if (!now.catalog().offers(name)) {
            throw new HookRejection(
                    400,
                    "Unknown optimizer " + Printable.of(name) + "; on offer: "
                            + now.catalog().listed() + ".");
        }
        return (request, bearer) -> server.schedule(now.settings(), name, request, bearer);
    }

    void change(Offer next) {
        offer = Optional.of(next);
    }

    void withdraw() {
        offer = Optional.empty();
    }

    private Offer offer() {
        return offer.orElseThrow(() -> HookRejection.unavailable("The remote optimizer is no longer configured."));
    }
}
