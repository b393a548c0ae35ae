package id.lum.support.sqlite;

import java.sql.SQLException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A read of the tables. It may be run more than once.
 *
 * @param <T> the tables
 * @param <R> what it finds
 */
@ConsumerType
public interface Query<T extends SqliteTable, R> {
    /**
     * Reads.
     *
     * @param table where
     * @return what was found
     * @throws SQLException if it cannot be read
     */
    R run(T table) throws SQLException;
}
