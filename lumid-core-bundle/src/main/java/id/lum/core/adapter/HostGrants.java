package id.lum.core.adapter;

import id.lum.core.grants.SqliteGrantStore;
import id.lum.core.policy.Authorization;
import id.lum.support.lifecycle.Leased;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Function;

/**
 * The grants of one host and the policy over them. Published as a service, with {@link #HOST}, exactly while the store
 * is open; what needs grants depends on it and so exists exactly while it can work. It stays the same through every
 * change of settings.
 *
 * @param host the host's name
 * @param authorization the policy and the store, to be leased as one for every call
 */
public record HostGrants(String host, Leased<Authorization> authorization) {
    /** Service property: the host's name. */
    public static final String HOST = "lumid.host";

    /**
     * The store alone, for calls that no policy decides.
     *
     * @return the store, to be leased for every call
     */
    public Leased<SqliteGrantStore> store() {
        return new Leased<>() {
            @Override
            public <T> T withResource(Function<? super SqliteGrantStore, ? extends T> call) {
                return authorization.<T>withResource(leased -> call.apply(leased.store()));
            }
        };
    }

    /**
     * What it is published with.
     *
     * @return the service properties
     */
    public Dictionary<String, Object> properties() {
        return new Hashtable<>(Map.of(HOST, host));
    }
}
