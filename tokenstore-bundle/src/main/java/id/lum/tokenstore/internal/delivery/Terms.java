package id.lum.tokenstore.internal.delivery;

import id.lum.tokenstore.internal.grammar.Grammar;
import id.lum.tokenstore.internal.rules.AllowList;

/**
 * What is a reference, and what is done about it.
 *
 * @param allowed whose configuration may refer to what
 * @param grammar how references are written
 * @param lax whether a reference without a value stays in the text while others are replaced
 */
public record Terms(AllowList allowed, Grammar grammar, boolean lax) {}
