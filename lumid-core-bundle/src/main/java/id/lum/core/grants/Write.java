package id.lum.core.grants;

import java.sql.SQLException;

/**
 * Something to be written in a transaction, by the writer.
 *
 * @param <T> what its caller is told once it is committed
 */
interface Write<T> {
    /**
     * Writes.
     *
     * @param table where
     * @param goOn to be run between long steps; throws when the write is to be given up
     * @return what its caller is told
     * @throws SQLException if it cannot be written; nothing of it is kept then
     */
    T on(GrantTable table, Runnable goOn) throws SQLException;
}
