package id.lum.flowmesh.internal.runmesh;

import static java.util.Objects.requireNonNull;

import java.net.URI;

/**
 * Where Runmesh is, and what it knows us by.
 *
 * @param baseUrl without a trailing slash
 * @param secret the bridge secret, legal in a header; left out of {@link #toString}
 */
public record RunmeshEndpoint(URI baseUrl, String secret) {
    public RunmeshEndpoint {
        requireNonNull(baseUrl, "baseUrl");
        requireNonNull(secret, "secret");
    }

    public URI balance() {
        return URI.create(baseUrl + "/billing/check-balance");
    }

    public URI entry() {
        return URI.create(baseUrl + "/billing/flowmesh-entry");
    }

    @Override
    public String toString() {
        return "Runmesh at " + baseUrl;
    }
}
