package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import java.util.Optional;

/** The outcome of one question to a store. */
sealed interface StoreAnswer {
    /**
     * A secret.
     *
     * @param text not empty
     */
    record Value(String text) implements StoreAnswer {
        @Override
        public String toString() {
            return "a value";
        }
    }

    /**
     * No secret, or none now.
     *
     * @param reason what the store said; empty if it was not asked, failed otherwise, or was too late
     * @param sentence fit for a log, without a full stop: neither the path nor a foreign message
     */
    record Failed(Optional<Reason> reason, String sentence) implements StoreAnswer {}
}
