package id.lum.support.sqlite;

import java.time.Duration;

/**
 * What a store may use and how long its callers wait. All of them positive.
 *
 * @param queuedWrites writes that may wait for the writer; further callers wait for a place
 * @param readConnections reads of a few rows that SQLite answers at the same time; further ones wait. Reads of many
 *     rows have half as many connections again
 * @param readWait how long a read waits for a connection
 * @param writeWait how long a write waits for its commit. The clock stops while a long write runs; {@code longWait}
 *     bounds that
 * @param longWait how long a long write, such as a step of a reconcile, may take before it is given up and rolled back;
 *     also how long the steps of one reconcile may take
 * @param busyWait how long SQLite waits for another process, and with a rollback journal for our own readers and
 *     writer; shorter than {@code writeWait}, so that a caller learns the reason. While a store is opened it waits a
 *     quarter of a second at most, all connections together
 */
public record StoreLimits(
        int queuedWrites,
        int readConnections,
        Duration readWait,
        Duration writeWait,
        Duration longWait,
        Duration busyWait) {

    public StoreLimits {
        if (queuedWrites < 1 || readConnections < 1) {
            throw new IllegalArgumentException("A store needs room for one write and one read at least.");
        }
        for (Duration wait : new Duration[] {readWait, writeWait, longWait, busyWait}) {
            if (wait.isNegative() || wait.isZero()) {
                throw new IllegalArgumentException("A wait must be positive, not " + wait + ".");
            }
        }
        if (busyWait.compareTo(writeWait) >= 0) {
            throw new IllegalArgumentException("busyWait must be shorter than writeWait.");
        }
    }

    int longReadConnections() {
        return Math.max(1, readConnections / 2);
    }

    /**
     * Fit for a server with some hundred callers.
     *
     * @return the limits
     */
    public static StoreLimits defaults() {
        return new StoreLimits(
                4096, 4, Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofSeconds(5));
    }
}
