package id.lum.support.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The layout of one kind of database.
 *
 * @param <T> its tables, on a connection
 */
@ConsumerType
public interface Schema<T extends SqliteTable> {

    /**
     * What such a database holds, in the plural, for sentences: {@code grants}.
     *
     * @return a word or two
     */
    String content();

    /**
     * What is wrong with a file. It may be anybody's: nothing is written here.
     *
     * @param connection a connection to it
     * @return the end of a sentence that begins with the path; absent for an empty file, and for one that can be used
     * @throws SQLException if it cannot be read
     */
    Optional<String> objection(Connection connection) throws SQLException;

    /**
     * Makes what is missing, in one transaction that asks for the write lock even if nothing is: a file that cannot be
     * written shows here, not at the first write.
     *
     * @param connection a connection to a file without objection
     * @throws SQLException if it cannot be made
     */
    void complete(Connection connection) throws SQLException;

    /**
     * The tables, on a connection of their own.
     *
     * @param connection the connection, which the tables close
     * @return the tables
     * @throws SQLException if they cannot be used
     */
    T bind(Connection connection) throws SQLException;
}
