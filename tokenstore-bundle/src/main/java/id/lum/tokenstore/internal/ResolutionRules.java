package id.lum.tokenstore.internal;

import java.util.Set;

/**
 * What is a reference, and what is done about it.
 *
 * @param allowed whose configuration may refer to what
 * @param grammar how references are written
 * @param lax whether a reference without a value stays in the text while others are replaced
 */
record ResolutionRules(AllowList allowed, Grammar grammar, boolean lax) {
    /** @param stores the prefixes of the stores that are there */
    static ResolutionRules of(TokenStoreSettings settings, Set<String> stores) {
        return new ResolutionRules(settings.allowed(), settings.grammar(stores), settings.lax());
    }
}
