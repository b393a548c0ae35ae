package id.lum.tokenstore.internal;

import java.util.Optional;

/**
 * A reference in a text.
 *
 * @param key which part of the secret is meant; empty if all of it
 * @param start where in the text it begins
 * @param end the first place in the text after it
 */
record Reference(SecretLocator locator, Optional<String> key, int start, int end) {}
