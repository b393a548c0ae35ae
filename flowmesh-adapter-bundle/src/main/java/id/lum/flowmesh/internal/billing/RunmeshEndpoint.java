package id.lum.flowmesh.internal.billing;

import static java.util.Objects.requireNonNull;

import java.net.URI;

/**
 * Where Runmesh is, and what it knows us by.
 *
 * @param baseUrl without a trailing slash
 * @param secret the bridge secret, legal in a header; left out of {@link #toString}
 */
record RunmeshEndpoint(URI baseUrl, String secret) {
    RunmeshEndpoint {
        requireNonNull(baseUrl, "baseUrl");
        requireNonNull(secret, "secret");
    }

    URI balance() {
        return URI.create(baseUrl + "/billing/check-balance");
    }

    URI entry() {
        return URI.create(baseUrl + "/billing/flowmesh-entry");
    }

    @Override
    public String toString() {
        return "Runmesh at " + baseUrl;
    }
}
