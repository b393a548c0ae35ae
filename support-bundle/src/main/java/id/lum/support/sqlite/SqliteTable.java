package id.lum.support.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SQL on one connection, which this owns. For one thread at a time, but for {@link #interrupt}. */
public abstract class SqliteTable implements AutoCloseable {
    private static final String BEGIN = "BEGIN IMMEDIATE";
    private static final String COMMIT = "COMMIT";
    private static final String ROLLBACK = "ROLLBACK";
    private static final String SAVEPOINT = "SAVEPOINT one_write";
    private static final String ROLLBACK_TO_SAVEPOINT = "ROLLBACK TO one_write";
    private static final String RELEASE_SAVEPOINT = "RELEASE one_write";

    private final Connection connection;
    private final Statement control;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    /**
     * Tables on a connection.
     *
     * @param connection closed with this
     * @throws SQLException if it does not work
     */
    protected SqliteTable(Connection connection) throws SQLException {
        this.connection = connection;
        this.control = connection.createStatement();
    }

    /**
     * For a connection that writes, before they are needed: after an interrupt SQLite prepares nothing until a
     * statement has run.
     */
    final void prepareSteps() throws SQLException {
        for (String step : List.of(BEGIN, COMMIT, ROLLBACK, SAVEPOINT, ROLLBACK_TO_SAVEPOINT, RELEASE_SAVEPOINT)) {
            prepared(step);
        }
    }

    /**
     * The connection, for statements that are used once.
     *
     * @return the connection
     */
    protected final Connection connection() {
        return connection;
    }

    /**
     * A statement that is kept until this is closed.
     *
     * @param sql one of a small number of texts
     * @return the statement, to be used up before it is asked for again
     * @throws SQLException if it is wrong
     */
    protected final PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement known = prepared.get(sql);
        if (known == null) {
            known = connection.prepareStatement(sql);
            prepared.put(sql, known);
        }
        return known;
    }

    /**
     * Runs a statement without parameters.
     *
     * @param sql the statement
     * @throws SQLException if it fails
     */
    protected final void execute(String sql) throws SQLException {
        control.execute(sql);
    }

    final void begin() throws SQLException {
        prepared(BEGIN).execute();
    }

    final void commit() throws SQLException {
        prepared(COMMIT).execute();
    }

    final void rollback() throws SQLException {
        try {
            prepared(ROLLBACK).execute();
        } finally {
            resetStatements();
            prepareSteps();
        }
    }

    final void savepoint() throws SQLException {
        prepared(SAVEPOINT).execute();
    }

    /** Fails if the failure that led here has ended the whole transaction. */
    final void rollbackToSavepoint() throws SQLException {
        prepared(ROLLBACK_TO_SAVEPOINT).execute();
        prepared(RELEASE_SAVEPOINT).execute();
        resetStatements();
        prepareSteps();
    }

    final void releaseSavepoint() throws SQLException {
        prepared(RELEASE_SAVEPOINT).execute();
    }

    /**
     * Makes the statements anew, and forgets what was read. The driver closes a statement for good that fails with
     * anything but a lock or a constraint; if it were kept, it would still fail when the disk works again. So would a
     * damaged page that SQLite keeps in memory.
     */
    final void resetStatements() throws SQLException {
        List<PreparedStatement> used = List.copyOf(prepared.values());
        prepared.clear();
        for (PreparedStatement statement : used) {
            try {
                statement.close();
            } catch (SQLException saysAgainWhatFailed) {
                continue;
            }
        }
        control.execute("PRAGMA shrink_memory");
    }

    /** How far a commit on this connection is brought to the disk, as SQLite says it. */
    final int synchronous() throws SQLException {
        try (ResultSet row = control.executeQuery("PRAGMA synchronous")) {
            row.next();
            return row.getInt(1);
        }
    }

    /**
     * Puts the whole write-ahead log into the database and empties it.
     *
     * @return false if another program still reads from the log
     */
    final boolean checkpoint() throws SQLException {
        try (ResultSet row = control.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            return row.next() && row.getInt("busy") == 0;
        }
    }

    /** Ends the statement that runs now, if any. From any thread. */
    final void interrupt() {
        try {
            control.cancel();
        } catch (SQLException closedMeanwhile) {
            // Then nothing runs any more, which is what was asked for.
            return;
        }
    }

    @Override
    public final void close() throws SQLException {
        // Closes its statements too.
        connection.close();
    }
}
