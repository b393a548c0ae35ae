package id.lum.tokenstore.internal.resolution;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.tokenstore.internal.grammar.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Asks stores, on threads of its own: 8 questions at a time, each for a bounded time, all of them for a bounded time.
 * What a store does not answer is a failure; there is no second attempt. Thread-safe: whoever asks at the same time
 * shares the threads.
 */
public final class Fetching implements AutoCloseable {
    private final Duration whole;
    private final Lanes lanes;

    /**
     * Begins without a thread.
     *
     * @param call how long a store may take for one answer; then it is interrupted
     * @param whole how long all answers to one {@link #fetch} may take
     */
    public Fetching(Duration call, Duration whole) {
        this.whole = whole;
        lanes = new Lanes(call);
    }

    /**
     * Asks for values, once for each address, and waits. An interruption ends the wait and stays set.
     *
     * @param addresses what to ask for
     * @param stores the store of a prefix, if there is one; asked once for each prefix, by the calling thread
     * @return what became of each
     */
    public Map<Address, Fetched> fetch(Set<Address> addresses, Function<String, Optional<TokenStore>> stores) {
        long deadline = System.nanoTime() + whole.toNanos();
        Map<String, Optional<TokenStore>> byPrefix = new HashMap<>();
        Map<Address, Fetched> fetched = new LinkedHashMap<>();
        List<Call> calls = new ArrayList<>();
        for (Address address : inTurn(addresses)) {
            byPrefix.computeIfAbsent(address.prefix(), stores)
                    .ifPresentOrElse(
                            store -> calls.add(new Call(address, store)), () -> fetched.put(address, noStore(address)));
        }
        lanes.run(calls, deadline);
        calls.forEach(call -> fetched.put(call.address(), call.outcome()));
        return Map.copyOf(fetched);
    }

    /** Interrupts every call, and does not wait for it: whoever waits for one gets a failure at once. */
    @Override
    public void close() {
        lanes.close();
    }

    /** Of each prefix one, and again: a slow store of many values does not keep the others waiting. */
    private static List<Address> inTurn(Set<Address> addresses) {
        Map<String, Integer> seen = new HashMap<>();
        Map<Address, Integer> turns = new LinkedHashMap<>();
        addresses.forEach(address -> turns.put(address, seen.merge(address.prefix(), 1, Integer::sum)));
        return addresses.stream().sorted(Comparator.comparing(turns::get)).toList();
    }

    private static Fetched noStore(Address address) {
        return new Fetched.Failed(Optional.empty(), "there is no token store for " + address.prefix());
    }
}
