package id.lum.tokenstore.internal.resolution;

import id.lum.tokenstore.internal.grammar.Address;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What stores have answered, as of one moment.
 *
 * @param byAddress the answers
 */
public record Values(Map<Address, String> byAddress) {
    /** No answers. */
    public static final Values NONE = new Values(Map.of());

    /** What stores have answered. */
    public Values {
        byAddress = Map.copyOf(byAddress);
    }

    /**
     * The answers among what became of questions.
     *
     * @param fetched what became of each
     * @return the values
     */
    public static Values of(Map<Address, Fetched> fetched) {
        Map<Address, String> values = new HashMap<>();
        fetched.forEach((address, one) -> {
            if (one instanceof Fetched.Value value) {
                values.put(address, value.text());
            }
        });
        return new Values(values);
    }

    /**
     * One answer.
     *
     * @param address what was asked for
     * @return the value; empty if there is none
     */
    public Optional<String> at(Address address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    /** Without the values. */
    @Override
    public String toString() {
        return byAddress.size() + " values";
    }
}
