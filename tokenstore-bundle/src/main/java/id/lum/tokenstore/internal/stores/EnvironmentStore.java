package id.lum.tokenstore.internal.stores;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Environment variables of this process: those on a list, because any other may hold what nobody meant to give out. */
public final class EnvironmentStore implements TokenStore {
    private final Set<String> names;
    private final Function<String, Optional<String>> environment;

    /**
     * A store.
     *
     * @param names the variables that may be asked for
     * @param environment the value of a variable, if it is set
     */
    public EnvironmentStore(Set<String> names, Function<String, Optional<String>> environment) {
        this.names = Set.copyOf(names);
        this.environment = environment;
    }

    @Override
    public String value(String path, String metadata) throws TokenStoreException {
        if (!metadata.isEmpty()) {
            throw new TokenStoreException(Reason.RETRIEVAL_FAILED, "a variable has no metadata");
        }
        if (!names.contains(path)) {
            throw new TokenStoreException(Reason.RETRIEVAL_FAILED, "the variable is not on the list of names");
        }
        String value = environment
                .apply(path)
                .orElseThrow(() -> new TokenStoreException(Reason.RETRIEVAL_FAILED, "the variable is not set"));
        if (value.isEmpty()) {
            throw new TokenStoreException(Reason.EMPTY_RESPONSE, "the variable is empty");
        }
        return value;
    }
}
