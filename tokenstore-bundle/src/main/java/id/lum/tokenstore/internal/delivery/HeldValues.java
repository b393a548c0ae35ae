package id.lum.tokenstore.internal.delivery;

import id.lum.tokenstore.internal.grammar.Address;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The values at hand, as of one moment. Each has a number, and another one when it changes: what was served can be
 * remembered and compared without the secret.
 */
final class HeldValues {
    static final HeldValues NONE = new HeldValues(Map.of(), 0);

    private record Held(String text, long number) {
        @Override
        public String toString() {
            return "value " + number;
        }
    }

    private final Map<Address, Held> values;
    private final long lastNumber;

    private HeldValues(Map<Address, Held> values, long lastNumber) {
        this.values = Map.copyOf(values);
        this.lastNumber = lastNumber;
    }

    Optional<String> at(Address address) {
        return Optional.ofNullable(values.get(address)).map(Held::text);
    }

    /** The numbers of values that belong together; none unless all of them are there. */
    Map<Address, Long> numbers(Set<Address> addresses) {
        Map<Address, Long> numbers = new HashMap<>();
        addresses.forEach(address ->
                Optional.ofNullable(values.get(address)).ifPresent(held -> numbers.put(address, held.number())));
        return numbers.size() == addresses.size() ? Map.copyOf(numbers) : Map.of();
    }

    HeldValues with(Address address, String text) {
        if (at(address).filter(text::equals).isPresent()) {
            return this;
        }
        Map<Address, Held> next = new HashMap<>(values);
        next.put(address, new Held(text, lastNumber + 1));
        return new HeldValues(next, lastNumber + 1);
    }

    HeldValues only(Set<Address> kept) {
        Map<Address, Held> next = new HashMap<>(values);
        return next.keySet().retainAll(kept) ? new HeldValues(next, lastNumber) : this;
    }

    /** Without the values. */
    @Override
    public String toString() {
        return values.size() + " values";
    }
}
