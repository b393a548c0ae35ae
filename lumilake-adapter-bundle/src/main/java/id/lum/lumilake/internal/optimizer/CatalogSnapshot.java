package id.lum.lumilake.internal.optimizer;

import java.time.Instant;

/**
 * A catalog in force, and the server that gave it. They are one value, so that no name is ever sent to a server that
 * did not offer it.
 *
 * @param settings where the catalog came from, and how that server is asked for plans
 * @param catalog what it offers
 * @param since when it said so
 */
record CatalogSnapshot(OptimizerSettings settings, Catalog catalog, Instant since) {
    boolean isFrom(OptimizerSettings other) {
        return settings.url().equals(other.url());
    }
}
