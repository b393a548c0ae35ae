package id.lum.tokenstore.internal.resolution;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;

/** A store, and what of its words may be repeated. */
public interface Source extends TokenStore {
    /**
     * What a log may show of a failure.
     *
     * @param refusal what the store said
     * @return the reason alone, because what a stranger says may quote the value
     */
    default String words(TokenStoreException refusal) {
        return refusal.reason().sentence();
    }
}
