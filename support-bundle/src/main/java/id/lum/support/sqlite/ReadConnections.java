package id.lum.support.sqlite;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fixed number of connections that answer reads, so that no read stands behind a write. */
final class ReadConnections<T extends SqliteTable> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadConnections.class);
    private static final long INTERRUPT_EVERY_MILLIS = 10;

    private final String content;
    private final List<T> all;
    private final StoreLimits limits;
    private final ReentrantLock lock;
    private final Condition changed;
    // Guarded by the lock.
    private final Queue<T> idle;
    private volatile boolean closed;

    /** @param fair whether callers take turns: costs a little, so it is for reads that may take long */
    ReadConnections(String content, List<T> tables, StoreLimits limits, boolean fair) {
        this.content = content;
        this.all = List.copyOf(tables);
        this.limits = limits;
        this.lock = new ReentrantLock(fair);
        this.changed = lock.newCondition();
        this.idle = new ArrayDeque<>(tables);
    }

    <R> R read(Query<T, R> query) {
        T table = borrow();
        try {
            requireOpen();
            return BusyRetry.retry(limits.busyWait(), this::requireOpen, () -> query.run(table));
        } catch (SQLException failed) {
            resetStatements(table, failed);
            requireOpen();
            throw new StoreUnavailable("The " + content + " cannot be read: " + failed.getMessage(), failed);
        } finally {
            giveBack(table);
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
        lock.lock();
        try {
            long left = limits.readWait().toNanos();
            while (idle.isEmpty() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            requireOpen();
            if (idle.isEmpty()) {
                throw new StoreUnavailable(
                        "All connections that read " + content + " were busy for " + limits.readWait() + ".");
            }
            return idle.remove();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable(
                    "The caller was interrupted while it waited to read " + content + ".", interrupted);
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(T table) {
        lock.lock();
        try {
            idle.add(table);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void requireOpen() {
        if (closed) {
            throw new StoreUnavailable("The store of " + content + " is closed.");
        }
    }

    /** From here on reads fail, those that wait and those under way too. */
    void rejectNewReads() {
        closed = true;
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends what is under way, and waits as long as that hangs in the file system. */
    @Override
    public void close() {
        rejectNewReads();
        int open = all.size();
        boolean interrupted = false;
        while (open > 0) {
            try {
                Optional<T> table = takeBack();
                if (table.isEmpty()) {
                    all.forEach(SqliteTable::interrupt);
                } else {
                    open--;
                    table.get().close();
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

    private Optional<T> takeBack() throws InterruptedException {
        lock.lock();
        try {
            if (idle.isEmpty()) {
                changed.await(INTERRUPT_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            }
            return Optional.ofNullable(idle.poll());
        } finally {
            lock.unlock();
        }
    }
}
