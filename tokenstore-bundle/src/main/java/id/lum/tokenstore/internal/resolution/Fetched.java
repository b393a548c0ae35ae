package id.lum.tokenstore.internal.resolution;

import id.lum.hooks.tokenstore.TokenStoreException;
import java.util.Optional;

/** What became of a question to a store. */
public sealed interface Fetched {
    /**
     * The store answered.
     *
     * @param text the value, not empty
     */
    record Value(String text) implements Fetched {
        /** Without the value. */
        @Override
        public String toString() {
            return "a value";
        }
    }

    /**
     * There is no value, or none now.
     *
     * @param reason what the store said; empty if it was not asked, failed in a way of its own, or was too late
     * @param sentence fit for a log: neither the path nor a stranger's own words, without a full stop
     */
    record Failed(Optional<TokenStoreException.Reason> reason, String sentence) implements Fetched {}
}
