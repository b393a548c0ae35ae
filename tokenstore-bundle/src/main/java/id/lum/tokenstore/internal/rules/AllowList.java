package id.lum.tokenstore.internal.rules;

import id.lum.tokenstore.internal.grammar.Address;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose configuration may refer to what.
 *
 * @param rules each allows something more
 */
public record AllowList(List<AllowRule> rules) {
    /** Nothing is allowed. */
    public static final AllowList NONE = new AllowList(List.of());

    /** Whose configuration may refer to what. */
    public AllowList {
        rules = List.copyOf(rules);
    }

    /**
     * A list as an operator writes it.
     *
     * @param words of each rule: a PID, a prefix and a pattern of paths, with blanks between them
     * @return the list; empty if one is not written like that
     */
    public static Optional<AllowList> parse(List<String> words) {
        List<AllowRule> rules =
                words.stream().map(AllowRule::parse).flatMap(Optional::stream).toList();
        return rules.size() == words.size() ? Optional.of(new AllowList(rules)) : Optional.empty();
    }

    /**
     * Whether anything is allowed to a configuration.
     *
     * @param consumer whose it is
     * @return true if a rule names it
     */
    public boolean names(Consumer consumer) {
        return rules.stream().anyMatch(rule -> consumer.isNamed(rule.pid()));
    }

    /**
     * Whether a configuration may refer to a value.
     *
     * @param consumer whose configuration it is
     * @param address the value
     * @return true if a rule says so
     */
    public boolean permits(Consumer consumer, Address address) {
        return rules.stream().anyMatch(rule -> consumer.isNamed(rule.pid()) && rule.covers(address));
    }

    /**
     * Whether any configuration may refer to a value.
     *
     * @param address the value
     * @return true if a rule says so
     */
    public boolean permitsToAnybody(Address address) {
        return rules.stream().anyMatch(rule -> rule.covers(address));
    }

    /**
     * The prefixes that rules are about.
     *
     * @return each once
     */
    public Set<String> prefixes() {
        return rules.stream().map(AllowRule::prefix).collect(Collectors.toUnmodifiableSet());
    }
}
