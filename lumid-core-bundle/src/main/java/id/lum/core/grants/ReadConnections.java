package id.lum.core.grants;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fixed number of connections that answer reads, so that no read stands behind a write. */
final class ReadConnections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadConnections.class);
    private static final long LONGEST_CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A read of the table. */
    interface Query<T> {
        T on(GrantTable table) throws SQLException;
    }

    private final List<GrantTable> all;
    private final BlockingQueue<GrantTable> idle;
    private final GrantStoreLimits limits;
    private volatile boolean closed;

    ReadConnections(List<GrantTable> tables, GrantStoreLimits limits) {
        this.all = List.copyOf(tables);
        this.idle = new ArrayBlockingQueue<>(tables.size(), false, tables);
        this.limits = limits;
    }

    <T> T ask(Query<T> query) {
        GrantTable table = borrow();
        try {
            demandOpen();
            return Busy.retry(limits.busyWait(), this::demandOpen, () -> query.on(table));
        } catch (SQLException failed) {
            demandOpen();
            throw new GrantsUnavailable("The grants cannot be read: " + failed.getMessage(), failed);
        } finally {
            idle.add(table);
        }
    }

    private GrantTable borrow() {
        try {
            // First without waiting: that works for an interrupted caller too.
            GrantTable table = idle.poll();
            table = table != null ? table : idle.poll(limits.readWait().toNanos(), TimeUnit.NANOSECONDS);
            if (table == null) {
                demandOpen();
                throw new GrantsUnavailable(
                        "All connections that read grants were busy for " + limits.readWait() + ".");
            }
            return table;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new GrantsUnavailable("The caller was interrupted while it waited to read grants.", interrupted);
        }
    }

    void demandOpen() {
        if (closed) {
            throw new GrantsUnavailable("The store of grants is closed.");
        }
    }

    /** From here on reads fail, those under way too. */
    void refuse() {
        closed = true;
    }

    @Override
    public void close() {
        refuse();
        long start = System.nanoTime();
        int open = all.size();
        boolean interrupted = false;
        while (open > 0 && System.nanoTime() - start < LONGEST_CLOSE_NANOS) {
            try {
                GrantTable table = idle.poll(10, TimeUnit.MILLISECONDS);
                if (table == null) {
                    all.forEach(GrantTable::interrupt);
                } else {
                    open--;
                    table.close();
                }
            } catch (InterruptedException later) {
                interrupted = true;
            } catch (SQLException failed) {
                LOG.warn("A connection that read grants did not close", failed);
            }
        }
        if (open > 0) {
            LOG.error("{} reads of grants did not end; their connections stay open", open);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
