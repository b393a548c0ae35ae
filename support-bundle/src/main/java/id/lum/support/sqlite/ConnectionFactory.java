package id.lum.support.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/** Opens connections to one database, each set up for its task and checked to be so. */
final class ConnectionFactory<T extends SqliteTable> {
    /** A long write makes the log large; more than this is given back to the file system afterwards. In bytes. */
    private static final int LOG_KEPT = 16 << 20;

    /**
     * The longest wait for locks in one opening, of all its connections together: as long as the shortest stop may
     * take, because a stop waits for an opening to end. An opening that failed is tried again later.
     */
    private static final Duration OPENING = Duration.ofMillis(250);

    private interface Setup<T> {
        T of(Connection connection) throws SQLException;
    }

    private final SQLiteDataSource source;
    private final StoreSettings settings;
    private final Schema<T> schema;
    private final long opened = System.nanoTime();

    ConnectionFactory(DatabaseFile file, StoreSettings settings, Schema<T> schema) {
        SQLiteConfig config = new SQLiteConfig();
        // The file is there, and ours alone; should it vanish, SQLite must not make one that others can read.
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout((int) BusyRetry.SLICE.toMillis());
        this.source = new SQLiteDataSource(config);
        // As a URI: in a plain path the driver would take what follows a question mark for settings.
        this.source.setUrl("jdbc:sqlite:" + file.path().toUri());
        this.settings = settings;
        this.schema = schema;
    }

    /** The one connection that writes. The file is not changed before it has proved to be one of these. */
    T openWriter(List<String> morePragmas) {
        return open(connection -> {
            schema.objection(connection).ifPresent(wrong -> {
                throw new StoreRefused(
                        settings, wrong, "Name another path, or a database of " + schema.content(), null);
            });
            requirePragma(connection, "journal_mode", settings.journalMode().pragma());
            // FULL makes a commit to the log durable. The commit of a rollback journal is that its file goes, which
            // only EXTRA brings to the disk.
            if (settings.journalMode() == JournalMode.WAL) {
                requirePragma(connection, "synchronous", "FULL", "2");
            } else {
                requirePragma(connection, "synchronous", "EXTRA", "3");
            }
            try (Statement sql = connection.createStatement()) {
                // For the list of a long write: a container may have no directory for temporary files.
                sql.execute("PRAGMA temp_store = MEMORY");
                // With a rollback journal a spilled page locks readers out until the commit, however far away that is.
                sql.execute("PRAGMA cache_spill = " + (settings.journalMode() == JournalMode.WAL ? "ON" : "OFF"));
                sql.execute("PRAGMA journal_size_limit = " + LOG_KEPT);
                for (String pragma : morePragmas) {
                    sql.execute(pragma);
                }
            }
            schema.complete(connection);
            T table = schema.bind(connection);
            table.prepareSteps();
            return table;
        });
    }

    /** A connection that cannot write. */
    T openReader() {
        return open(connection -> {
            // Not opened as read-only: with a write-ahead log a reader writes the index of the log too.
            requirePragma(connection, "query_only", "ON", "1");
            // Opens the log now: what is in it can then be read even if somebody moves the files.
            try (Statement sql = connection.createStatement();
                    ResultSet any = sql.executeQuery("SELECT 1 FROM sqlite_master")) {
                any.next();
            }
            return schema.bind(connection);
        });
    }

    private T open(Setup<T> setup) {
        try {
            Duration busyWait = settings.limits().busyWait();
            Duration maxWait = busyWait.compareTo(OPENING) < 0 ? busyWait : OPENING;
            return BusyRetry.retry(maxWait.minusNanos(System.nanoTime() - opened), () -> {}, () -> attempt(setup));
        } catch (SQLException failed) {
            throw refusal(failed);
        }
    }

    private T attempt(Setup<T> setup) throws SQLException {
        Connection connection = source.getConnection();
        boolean ready = false;
        try {
            T table = setup.of(connection);
            ready = true;
            return table;
        } finally {
            if (!ready) {
                connection.close();
            }
        }
    }

    private void requirePragma(Connection connection, String pragma, String value) throws SQLException {
        requirePragma(connection, pragma, value, value);
    }

    /** SQLite answers a pragma that it does not follow with silence, so the value is read back. */
    private void requirePragma(Connection connection, String pragma, String value, String expected)
            throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute("PRAGMA " + pragma + " = " + value);
            try (ResultSet row = sql.executeQuery("PRAGMA " + pragma)) {
                if (!row.next() || !row.getString(1).equalsIgnoreCase(expected)) {
                    throw new StoreRefused(
                            settings,
                            "SQLite does not follow " + pragma + " = " + value + " there",
                            "Choose the rollback journal where memory cannot be shared, or name a path on a local disk",
                            null);
                }
            }
        }
    }

    private StoreRefused refusal(SQLException failed) {
        SQLiteErrorCode code =
                failed instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        // Extended codes carry the plain one in their lowest byte.
        int plain = code.code & 0xff;
        String detail = " (" + failed.getMessage() + ")";
        if (plain == SQLiteErrorCode.SQLITE_NOTADB.code) {
            return new StoreRefused(
                    settings, "it is not a database" + detail, "Name another path, or remove the file", failed);
        }
        if (plain == SQLiteErrorCode.SQLITE_CORRUPT.code) {
            return new StoreRefused(settings, "it is damaged" + detail, "Put a backup in its place", failed);
        }
        if (plain == SQLiteErrorCode.SQLITE_READONLY.code
                || plain == SQLiteErrorCode.SQLITE_CANTOPEN.code
                || plain == SQLiteErrorCode.SQLITE_PERM.code) {
            return new StoreRefused(
                    settings,
                    "it cannot be written" + detail,
                    "Let this process write the file and its directory, or name another path",
                    failed);
        }
        if (plain == SQLiteErrorCode.SQLITE_BUSY.code || plain == SQLiteErrorCode.SQLITE_LOCKED.code) {
            return new StoreRefused(
                    settings,
                    "another program keeps it locked" + detail,
                    "End that program, or name another path",
                    failed);
        }
        return new StoreRefused(
                settings, "SQLite cannot open it" + detail, "See to the disk, or name another path", failed);
    }
}
