package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Environment variables of this process: those on a list, because any other may hold what nobody meant to give out. */
final class EnvironmentStore implements LoggableStore {
    private final Set<String> names;
    private final UnaryOperator<String> environment;

    /**
     * @param names the variables that may be asked for
     * @param environment the value of a variable; null if it is not set
     */
    EnvironmentStore(Set<String> names, UnaryOperator<String> environment) {
        this.names = Set.copyOf(names);
        this.environment = environment;
    }

    @Override
    public String loggableMessage(TokenStoreException refusal) {
        return refusal.getMessage();
    }

    @Override
    public String value(String path, String metadata) throws TokenStoreException {
        if (!metadata.isEmpty()) {
            throw new TokenStoreException(Reason.RETRIEVAL_FAILED, "a variable has no metadata");
        }
        if (!names.contains(path)) {
            throw new TokenStoreException(Reason.RETRIEVAL_FAILED, "the variable is not on the list of names");
        }
        String value = environment.apply(path);
        if (value == null) {
            throw new TokenStoreException(Reason.RETRIEVAL_FAILED, "the variable is not set");
        }
        if (value.isEmpty()) {
            throw new TokenStoreException(Reason.EMPTY_RESPONSE, "the variable is empty");
        }
        return value;
    }
}
