package id.lum.hooks.tokenstore;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Knows the values behind references of one prefix. A service with the property {@link #PREFIX}; of several with one
 * prefix the one with the highest service ranking is asked.
 *
 * <p>It is called by any thread, by several at a time, and never while a configuration is being delivered; so it may
 * block, but a call that takes longer than the caller waits is interrupted, and its answer is dropped. It may be asked
 * for the same path again at any time.
 *
 * <p>A value is text and not an array that can be wiped: the Configuration Admin service delivers text, so an array
 * would be one more copy.
 */
@ConsumerType
public interface TokenStore {
    /** Service property: the prefix of its references, a capital letter followed by capital letters and digits. */
    String PREFIX = "tokenstore.prefix";

    /**
     * The value behind a reference.
     *
     * @param path what stands between the separator and the key or the metadata, untouched: neither the prefix nor the
     *     key is part of it
     * @param metadata what stands between the brackets, untouched, by convention {@code name=value,name=value}; empty
     *     if there is none
     * @return the value, not empty
     * @throws TokenStoreException if there is none, or it cannot be had now
     */
    String value(String path, String metadata) throws TokenStoreException;
}
