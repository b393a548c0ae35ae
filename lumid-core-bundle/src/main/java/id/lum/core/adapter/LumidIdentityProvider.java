package id.lum.core.adapter;

import id.lum.core.identity.Introspection;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PrincipalContext;
import java.util.Optional;

/** Resolves bearer tokens by introspection at lum.id. */
public class LumidIdentityProvider implements IdentityProvider {
    private final Introspection introspection;

    /** @param introspection the introspection that all hosts share */
    protected LumidIdentityProvider(Introspection introspection) {
        this.introspection = introspection;
    }

    @Override
    public final Optional<PrincipalContext> resolve(String bearer) {
        return introspection.resolve(bearer);
    }
}
