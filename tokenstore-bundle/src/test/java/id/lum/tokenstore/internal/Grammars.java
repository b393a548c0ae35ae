package id.lum.tokenstore.internal;

import java.util.Set;

/** Grammars for tests. */
final class Grammars {
    private Grammars() {}

    /** With the usual separators. */
    static Grammar usual(String... prefixes) {
        return new Grammar(Set.of(prefixes), Grammar.SEPARATOR, Grammar.KEY_SEPARATOR);
    }
}
