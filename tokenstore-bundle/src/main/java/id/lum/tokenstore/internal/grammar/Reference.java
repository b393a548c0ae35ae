package id.lum.tokenstore.internal.grammar;

import java.util.Optional;

/**
 * A reference in a text.
 *
 * @param address what the store is asked for
 * @param key which part of the value is meant; empty if all of it
 * @param start where in the text it begins
 * @param end the first place in the text after it
 */
public record Reference(Address address, Optional<String> key, int start, int end) {
    /** Without the metadata, which may name a role. */
    @Override
    public String toString() {
        return address + key.map(name -> " key " + Excerpt.of(name)).orElse("");
    }
}
