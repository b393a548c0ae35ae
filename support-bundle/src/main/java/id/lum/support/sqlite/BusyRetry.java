package id.lum.support.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Waits for a lock on the database. SQLite waits by itself, but nothing ends that wait early; so it waits for a slice
 * at a time, and between slices we look whether the store is being closed.
 *
 * <p>Tried with the driver 3.54.1.0: {@code Statement.cancel} does not end the wait for a lock, and makes further
 * statements of the connection fail once the wait is over. A {@code BusyHandler} may end it, but a connection has one,
 * which would have to be told before each step whose wait it is, and until when.
 */
final class BusyRetry {
    /** How long SQLite itself waits. */
    static final Duration SLICE = Duration.ofMillis(50);

    /** What may meet a lock. */
    interface Step<T> {
        T run() throws SQLException;
    }

    private BusyRetry() {}

    static <T> T retry(Duration maxWait, Runnable checkCancelled, Step<T> step) throws SQLException {
        long start = System.nanoTime();
        for (; ; ) {
            try {
                return step.run();
            } catch (SQLiteException failed) {
                if (!isBusy(failed) || System.nanoTime() - start >= maxWait.toNanos()) {
                    throw failed;
                }
                checkCancelled.run();
            }
        }
    }

    /** Extended codes carry the plain one in their lowest byte. */
    private static boolean isBusy(SQLiteException failed) {
        return (failed.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code;
    }
}
