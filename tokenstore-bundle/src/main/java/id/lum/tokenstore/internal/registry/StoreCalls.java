package id.lum.tokenstore.internal.registry;

import id.lum.tokenstore.internal.grammar.Address;
import id.lum.tokenstore.internal.resolution.Fetched;
import id.lum.tokenstore.internal.resolution.Fetching;
import id.lum.tokenstore.internal.resolution.Patience;
import id.lum.tokenstore.internal.resolution.Source;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Asks the stores that are registered, and keeps count. Safe for many threads. */
public final class StoreCalls implements AutoCloseable {
    /** A round may take as long as so many calls, one after the other. */
    private static final int CALLS_IN_A_ROW = 4;

    private final StoreTable stores;
    private final LongSupplier nanos;
    private final Fetching fetching;

    /**
     * Asks nobody yet.
     *
     * @param stores whom to ask
     * @param timeout how long a store may take for an answer
     * @param nanos a clock that never goes back
     */
    public StoreCalls(StoreTable stores, Duration timeout, LongSupplier nanos) {
        this.stores = stores;
        this.nanos = nanos;
        this.fetching = new Fetching(patience(timeout));
    }

    /**
     * Asks for values, and waits.
     *
     * @param addresses what to ask for
     * @return what became of each
     */
    public Map<Address, Fetched> ask(Set<Address> addresses) {
        Map<String, RegisteredStore> asked = new ConcurrentHashMap<>();
        Map<Address, Fetched> outcomes = fetching.fetch(addresses, prefix -> {
            Optional<RegisteredStore> store = stores.find(prefix);
            store.ifPresent(one -> asked.put(prefix, one));
            return store.map(Source.class::cast);
        });
        outcomes.forEach((address, outcome) -> Optional.ofNullable(asked.get(address.prefix()))
                .ifPresent(store -> store.count(outcome, nanos.getAsLong())));
        return outcomes;
    }

    /**
     * Who would be asked.
     *
     * @param prefix of a reference
     * @return the name of a bundle; empty if there is no such store
     */
    public Optional<String> provider(String prefix) {
        return stores.find(prefix).map(RegisteredStore::provider);
    }

    /**
     * Waits for so long from now on, also for answers that are on their way.
     *
     * @param timeout how long a store may take for an answer
     */
    public void configure(Duration timeout) {
        fetching.configure(patience(timeout));
    }

    private static Patience patience(Duration call) {
        return new Patience(call, call.multipliedBy(CALLS_IN_A_ROW));
    }

    /** Gives up all calls. */
    @Override
    public void close() {
        fetching.close();
    }
}
