package id.lum.tokenstore.internal.rules;

import id.lum.tokenstore.internal.grammar.Address;
import id.lum.tokenstore.internal.grammar.Grammar;
import java.util.Optional;

/**
 * One thing that is allowed.
 *
 * @param pid whose configuration
 * @param prefix may refer to which store
 * @param paths for which paths
 */
record AllowRule(String pid, String prefix, PathPattern paths) {
    /** @return the rule; empty if the words are none */
    static Optional<AllowRule> parse(String words) {
        String[] parts = words.strip().split("\\s+");
        return parts.length == 3 && !parts[0].contains("*") && Grammar.isPrefix(parts[1])
                ? Optional.of(new AllowRule(parts[0], parts[1], new PathPattern(parts[2])))
                : Optional.empty();
    }

    boolean covers(Address address) {
        return prefix.equals(address.prefix()) && paths.covers(address.path());
    }
}
