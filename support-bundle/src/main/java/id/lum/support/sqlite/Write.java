package id.lum.support.sqlite;

import java.sql.SQLException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something to be written in a transaction, by the writer. It is run again, after a rollback, if another write in the
 * same transaction fails: nothing outside of the database may depend on how often it is run.
 *
 * @param <T> the tables
 * @param <R> what its caller gets once it is committed
 */
@ConsumerType
public interface Write<T extends SqliteTable, R> {
    /**
     * Writes.
     *
     * @param table where
     * @param checkCancelled to be run between long steps; throws if the write is cancelled
     * @return what its caller gets
     * @throws SQLException if it cannot be written; nothing of it is kept then
     */
    R run(T table, Runnable checkCancelled) throws SQLException;
}
