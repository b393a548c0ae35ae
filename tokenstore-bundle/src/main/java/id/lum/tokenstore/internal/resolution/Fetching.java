package id.lum.tokenstore.internal.resolution;

import id.lum.tokenstore.internal.grammar.Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Asks stores, on threads of its own: each store 8 questions at a time, each for a bounded time, all of them for a
 * bounded time. What a store does not answer is a failure; there is no second attempt. Thread-safe: of one store, who
 * asks at the same time shares the threads; no store waits for another.
 */
public final class Fetching implements AutoCloseable {
    private final Lanes lanes;

    /**
     * Begins without a thread.
     *
     * @param patience how long stores are waited for
     */
    public Fetching(Patience patience) {
        lanes = new Lanes(patience);
    }

    /**
     * Counts from now on, also for calls that run.
     *
     * @param patience how long stores are waited for
     */
    public void configure(Patience patience) {
        lanes.configure(patience);
    }

    /**
     * Asks for values, once for each address, and waits. An interruption ends the wait and stays set.
     *
     * @param addresses what to ask for
     * @param stores whom to ask for a prefix, if there is somebody; called once for each prefix, by the calling thread
     * @return what became of each
     */
    public Map<Address, Fetched> fetch(Set<Address> addresses, Function<String, Optional<Source>> stores) {
        Map<String, Optional<Source>> byPrefix = new HashMap<>();
        Map<Address, Fetched> fetched = new LinkedHashMap<>();
        List<Call> calls = new ArrayList<>();
        for (Address address : addresses) {
            byPrefix.computeIfAbsent(address.prefix(), stores)
                    .ifPresentOrElse(
                            source -> calls.add(new Call(address, source)),
                            () -> fetched.put(address, noStore(address)));
        }
        lanes.run(calls);
        calls.forEach(call -> fetched.put(call.address(), call.outcome()));
        return Map.copyOf(fetched);
    }

    /** Interrupts every call, and does not wait for it: whoever waits for one gets a failure at once. */
    @Override
    public void close() {
        lanes.close();
    }

    private static Fetched noStore(Address address) {
        return new Fetched.Failed(Optional.empty(), "there is no token store for " + address.prefix());
    }
}
