package id.lum.tokenstore.internal.delivery;

import id.lum.tokenstore.internal.grammar.Address;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was seen in a configuration when it was last delivered, and what was served then. Immutable, and without a
 * value.
 *
 * @param terms the terms it was read by
 * @param served for each set of references that are resolved together the numbers of their values; no numbers if they
 *     were left as they are written
 * @param stale whether some consumer may have been served something else
 */
record Sighting(Terms terms, Map<Set<Address>, Map<Address, Long>> served, boolean stale) {
    Sighting {
        served = Map.copyOf(served);
    }

    /** A delivery. */
    static Sighting delivered(Terms terms, Set<Set<Address>> groups, HeldValues values) {
        return new Sighting(terms, numbers(groups, values), false);
    }

    /** A look at a configuration that nobody gets: all that is known of its consumers is what they do not have. */
    static Sighting probed(Terms terms, Set<Set<Address>> groups) {
        return new Sighting(terms, numbers(groups, HeldValues.NONE), false);
    }

    /**
     * A delivery after another one. If the references are the same and the values are not, then the consumers before
     * have old ones. If the references are others then the configuration was changed, which ConfigAdmin itself tells
     * every consumer; unless it is the terms that changed.
     */
    Sighting after(Sighting before) {
        if (groups().equals(before.groups())) {
            return new Sighting(terms, served, before.stale || !served.equals(before.served));
        }
        return new Sighting(terms, served, !terms.equals(before.terms) && before.isOutstanding());
    }

    /** A look after a delivery. */
    Sighting probedAfter(Sighting before) {
        return groups().equals(before.groups())
                ? new Sighting(terms, before.served, before.stale)
                : new Sighting(terms, served, before.isOutstanding());
    }

    /** What it is when all consumers have been served what is at hand. */
    Sighting settled(HeldValues values) {
        return new Sighting(terms, numbers(groups(), values), false);
    }

    Sighting unsettled() {
        return new Sighting(terms, served, true);
    }

    /** Whether a delivery now would serve somebody something else than before. */
    boolean isOutdated(HeldValues values) {
        return stale || !served.equals(numbers(groups(), values));
    }

    /** Whether there is nothing to be remembered. */
    boolean isIdle() {
        return !stale && served.isEmpty();
    }

    Set<Set<Address>> groups() {
        return served.keySet();
    }

    Set<Address> addresses() {
        return groups().stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

    private boolean isOutstanding() {
        return stale || served.values().stream().anyMatch(numbers -> !numbers.isEmpty());
    }

    private static Map<Set<Address>, Map<Address, Long>> numbers(Set<Set<Address>> groups, HeldValues values) {
        Map<Set<Address>, Map<Address, Long>> numbers = new HashMap<>();
        groups.forEach(group -> numbers.put(group, values.numbers(group)));
        return numbers;
    }
}
