package id.lum.support.sqlite;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fixed number of connections that answer reads, so that no read stands behind a write. */
final class ReadConnections<T extends SqliteTable> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadConnections.class);

    private final String content;
    private final List<T> all;
    private final BlockingQueue<T> idle;
    private final StoreLimits limits;
    private volatile boolean closed;

    /** @param fair whether callers take turns: costs a little, so it is for reads that may take long */
    ReadConnections(String content, List<T> tables, StoreLimits limits, boolean fair) {
        this.content = content;
        this.all = List.copyOf(tables);
        this.idle = new ArrayBlockingQueue<>(tables.size(), fair, tables);
        this.limits = limits;
    }

    <R> R read(Query<T, R> query) {
        // Otherwise a closed store would say so only after the whole wait for a connection.
        requireOpen();
        T table = borrow();
        try {
            requireOpen();
            return BusyRetry.retry(limits.busyWait(), this::requireOpen, () -> query.run(table));
        } catch (SQLException failed) {
            resetStatements(table, failed);
            requireOpen();
            throw new StoreUnavailable("The " + content + " cannot be read: " + failed.getMessage(), failed);
        } finally {
            idle.add(table);
        }
    }

    private static void resetStatements(SqliteTable table, SQLException failed) {
        try {
            table.resetStatements();
        } catch (SQLException stillFailing) {
            failed.addSuppressed(stillFailing);
        }
    }

    private T borrow() {
        try {
            // First without waiting: that works for an interrupted caller too.
            T table = idle.poll();
            table = table != null ? table : idle.poll(limits.readWait().toNanos(), TimeUnit.NANOSECONDS);
            if (table == null) {
                requireOpen();
                throw new StoreUnavailable(
                        "All connections that read " + content + " were busy for " + limits.readWait() + ".");
            }
            return table;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable(
                    "The caller was interrupted while it waited to read " + content + ".", interrupted);
        }
    }

    void requireOpen() {
        if (closed) {
            throw new StoreUnavailable("The store of " + content + " is closed.");
        }
    }

    /** From here on reads fail, those under way too. */
    void rejectNewReads() {
        closed = true;
    }

    /** Ends what is under way, and waits as long as that hangs in the file system. */
    @Override
    public void close() {
        rejectNewReads();
        int open = all.size();
        boolean interrupted = false;
        while (open > 0) {
            try {
                T table = idle.poll(10, TimeUnit.MILLISECONDS);
                if (table == null) {
                    all.forEach(SqliteTable::interrupt);
                } else {
                    open--;
                    table.close();
                }
            } catch (InterruptedException later) {
                interrupted = true;
            } catch (SQLException failed) {
                LOG.warn("A connection that read {} did not close", content, failed);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
