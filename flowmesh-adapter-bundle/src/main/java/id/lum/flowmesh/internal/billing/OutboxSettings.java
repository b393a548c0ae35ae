package id.lum.flowmesh.internal.billing;

import static java.util.Objects.requireNonNull;

import id.lum.support.sqlite.StoreSettings;

/**
 * What an outbox is opened with.
 *
 * @param database the file that holds it, and how
 */
record OutboxSettings(StoreSettings database) {
    OutboxSettings {
        requireNonNull(database, "database");
    }
}
