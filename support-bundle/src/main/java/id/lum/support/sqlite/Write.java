package id.lum.support.sqlite;

import java.sql.SQLException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something to be written in a transaction, by the writer.
 *
 * @param <T> the tables
 * @param <R> what its caller is told once it is committed
 */
@ConsumerType
public interface Write<T extends SqliteTable, R> {
    /**
     * Writes.
     *
     * @param table where
     * @param goOn to be run between long steps; throws when the write is to be given up
     * @return what its caller is told
     * @throws SQLException if it cannot be written; nothing of it is kept then
     */
    R on(T table, Runnable goOn) throws SQLException;
}
