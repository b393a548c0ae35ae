package id.lum.tokenstore.internal.grammar;

/**
 * Where a reference begins.
 *
 * @param prefix which store
 * @param start the first character of the prefix
 * @param body the first character after the separator
 */
record Start(String prefix, int start, int body) {}
