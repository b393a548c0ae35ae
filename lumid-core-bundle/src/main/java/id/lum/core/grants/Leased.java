package id.lum.core.grants;

import java.util.function.Function;

/**
 * The store that serves now. Hooks hold this instead of a store, because a reconfiguration puts another in its place:
 * the one that a call got stays open until the call is over.
 */
public interface Leased {
    /**
     * Makes one call on the store.
     *
     * @param <T> what the call answers
     * @param call the call; it must not keep the store
     * @return its answer
     * @throws GrantsUnavailable if there is no store, or it cannot answer
     */
    <T> T with(Function<? super SqliteGrantStore, ? extends T> call);
}
