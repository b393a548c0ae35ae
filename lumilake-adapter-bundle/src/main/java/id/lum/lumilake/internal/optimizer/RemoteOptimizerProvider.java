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
 * <p>One that was withdrawn throws, and the view asks the provider after it.
 */
final class RemoteOptimizerProvider implements OptimizerProvider {
    private final OptimizerClient client;
    // Empty once withdrawn.
    private volatile Optional<CatalogSnapshot> snapshot;

    RemoteOptimizerProvider(OptimizerClient client, CatalogSnapshot snapshot) {
        this.client = client;
        this.snapshot = Optional.of(snapshot);
    }

    @Override
    public Set<String> names() {
        return snapshot().catalog().names();
    }

    @Override
    public Optimizer create(String name) {
        CatalogSnapshot now = snapshot();
        if (!now.catalog().offers(name)) {
            throw new HookRejection(
                    400,
                    "Unknown optimizer " + LogSafe.of(name) + "; on offer: "
                            + now.catalog().listed() + ".");
        }
        return (request, bearer) -> client.schedule(now.settings(), name, request, bearer);
    }

    void change(CatalogSnapshot next) {
        snapshot = Optional.of(next);
    }

    void withdraw() {
        snapshot = Optional.empty();
    }

    private CatalogSnapshot snapshot() {
        return snapshot.orElseThrow(() -> HookRejection.unavailable("The remote optimizer is no longer configured."));
    }
}
