package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;

/** A store that knows what of its failures may be logged. */
interface LoggableStore extends TokenStore {
    /**
     * What a log may show of a failure.
     *
     * @param refusal the failure
     * @return the reason alone, because a foreign message may quote the secret
     */
    default String loggableMessage(TokenStoreException refusal) {
        return refusal.reason().sentence();
    }
}
