package id.lum.support.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Waits for a lock on the database. SQLite waits by itself, but nothing ends that wait early; so it waits for a slice
 * at a time, and between slices we look whether the store is being closed.
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
