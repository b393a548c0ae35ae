package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Environment variables: those on a list, because any other may hold what nobody meant to give out.
 *
 * @param names the variables that may be asked for
 * @param environment the value of a variable; null if it is not set
 */
record EnvironmentStore(Set<String> names, UnaryOperator<String> environment) implements BuiltInStore {
    private static final UnaryOperator<String> OF_THIS_PROCESS = System::getenv;

    EnvironmentStore(Set<String> names) {
        this(names, OF_THIS_PROCESS);
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
