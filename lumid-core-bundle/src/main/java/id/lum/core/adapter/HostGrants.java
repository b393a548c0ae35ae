package id.lum.core.adapter;

import id.lum.core.grants.SqliteGrantStore;
import id.lum.core.live.Leased;
import id.lum.core.policy.PolicyEngine;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The grants of one host and the policy over them. Published as a service, with {@link #HOST}, exactly while the store
 * is open; what needs grants depends on it and so exists exactly while it can work. It stays the same through every
 * change of settings.
 *
 * @param host the host's name
 * @param engine the engine in force, to be asked for at every call
 * @param store the store, to be leased for every call
 */
public record HostGrants(String host, Supplier<PolicyEngine> engine, Leased<SqliteGrantStore> store) {
    /** Service property: the host's name. */
    public static final String HOST = "lumid.host";

    /**
     * What it is published with.
     *
     * @return the service properties
     */
    public Dictionary<String, Object> properties() {
        return new Hashtable<>(Map.of(HOST, host));
    }
}
