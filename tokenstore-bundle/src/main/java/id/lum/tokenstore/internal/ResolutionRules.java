package id.lum.tokenstore.internal;

/**
 * What is a reference, and what is done about it.
 *
 * @param lax whether a reference without a value stays in the text while others are replaced
 */
record ResolutionRules(AllowList allowed, Grammar grammar, boolean lax) {}
