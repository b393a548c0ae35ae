package id.lum.core.grants;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. What has queued up while it was busy shares its next commit, since a commit costs an
 * fsync and a row next to nothing. Callers are told after the commit.
 *
 * <p>A reconcile has a transaction of its own and may take seconds. Writes behind it wait without their time running:
 * their caller did nothing wrong, and the reconcile itself is bounded.
 */
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MOST_PER_COMMIT = 1000;
    private static final long INTERRUPT_EVERY_MILLIS = 20;
    private static final long LONGEST_END_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final String CLOSED = "The store of grants is closed; nothing was written.";

    private final GrantTable table;
    private final GrantStoreLimits limits;
    private final Runnable settled;
    private final BlockingQueue<Pending<?>> queue;
    private final Thread thread;
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final Object turn = new Object();
    // What is being written. Guarded by turn: an interrupt must hit that, and neither a rollback nor a commit.
    private Optional<Pending<?>> running = Optional.empty();
    private volatile boolean reconciling;
    private volatile long reconciled = System.nanoTime();
    private volatile boolean closed;

    /**
     * Starts the thread.
     *
     * @param settled run after each transaction, before its callers are told
     */
    Writer(GrantTable table, GrantStoreLimits limits, String name, Runnable settled) {
        this.table = table;
        this.limits = limits;
        this.settled = settled;
        this.queue = new ArrayBlockingQueue<>(limits.queuedWrites());
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
        this.thread.start();
    }

    // In callers' threads

    <T> T write(Write<T> write) {
        return ask(new Pending<>(write, false));
    }

    <T> T writeAlone(Write<T> write) {
        return ask(new Pending<>(write, true));
    }

    private <T> T ask(Pending<T> pending) {
        long asked = System.nanoTime();
        try {
            demandOpen();
            boolean queued = false;
            boolean done = false;
            for (long left = left(pending, asked); !done && left > 0; left = left(pending, asked)) {
                if (queued) {
                    done = pending.await(left);
                } else {
                    queued = queue.offer(pending, left, TimeUnit.NANOSECONDS);
                    // The writer may have ended before it could see this one.
                    if (closed && pending.withdraw()) {
                        throw new GrantsUnavailable(CLOSED);
                    }
                }
            }
            return done || endedAfterAll(pending) ? pending.outcome() : tooLate(pending);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            pending.giveUp();
            throw new GrantsUnavailable(
                    "The caller was interrupted; "
                            + (pending.withdraw()
                                    ? "nothing was written."
                                    : "whether the grants were written is unknown."),
                    interrupted);
        }
    }

    private long left(Pending<?> pending, long asked) {
        long now = System.nanoTime();
        if (pending.isAlone()) {
            return limits.reconcileWait().toNanos() - (now - asked);
        }
        // Time that a reconcile takes does not count.
        long waited = reconciling ? 0 : Math.min(now - asked, now - reconciled);
        return limits.writeWait().toNanos() - waited;
    }

    /** A reconcile whose time is up is stopped, which takes a moment; its caller then knows that nothing happened. */
    private boolean endedAfterAll(Pending<?> pending) throws InterruptedException {
        if (!pending.isAlone() || pending.withdraw()) {
            return false;
        }
        pending.giveUp();
        long start = System.nanoTime();
        boolean ended = false;
        while (!ended && System.nanoTime() - start < limits.writeWait().toNanos()) {
            interrupt(pending);
            ended = pending.await(TimeUnit.MILLISECONDS.toNanos(INTERRUPT_EVERY_MILLIS));
        }
        return ended;
    }

    private void interrupt(Pending<?> pending) {
        synchronized (turn) {
            if (running.filter(pending::equals).isPresent()) {
                table.interrupt();
            }
        }
    }

    private <T> T tooLate(Pending<T> pending) {
        throw new GrantsUnavailable("The writer of grants is too slow; " + fate(pending));
    }

    private static String fate(Pending<?> pending) {
        return pending.withdraw() ? "nothing was written." : "whether the grants were written is unknown.";
    }

    private void demandOpen() {
        if (closed) {
            throw new GrantsUnavailable(CLOSED);
        }
    }

    int queued() {
        return queue.size();
    }

    long writes() {
        return writes.get();
    }

    long commits() {
        return commits.get();
    }

    private void interruptAny() {
        synchronized (turn) {
            if (running.isPresent()) {
                table.interrupt();
            }
        }
    }

    // In the writer's thread

    private void run() {
        while (!closed) {
            try {
                Pending<?> next = queue.take();
                if (!next.take()) {
                    continue;
                }
                if (next.isAlone()) {
                    commitAlone(next);
                } else {
                    commitTogether(next);
                }
            } catch (InterruptedException strange) {
                // Nobody who belongs here interrupts this thread; it ends when the store is closed.
                LOG.debug("Interrupted while waiting for writes", strange);
            }
        }
    }

    private void commitTogether(Pending<?> first) {
        List<Pending<?>> batch = new ArrayList<>();
        batch.add(first);
        commit(batch, this::demandOpen);
    }

    private void commitAlone(Pending<?> pending) {
        reconciling = true;
        try {
            commit(List.of(pending), () -> {
                demandOpen();
                if (pending.isGivenUp()) {
                    throw new GrantsUnavailable("It took longer than " + limits.reconcileWait() + ".");
                }
            });
        } finally {
            reconciled = System.nanoTime();
            reconciling = false;
        }
    }

    private void commit(List<Pending<?>> batch, Runnable goOn) {
        List<Runnable> news = new ArrayList<>();
        try {
            patiently(GrantTable::begin, goOn);
            if (!batch.get(0).isAlone()) {
                collect(batch);
            }
            int written = 0;
            for (Pending<?> pending : batch) {
                Pending.Attempt attempt = attempt(pending, goOn);
                news.add(attempt.news());
                written += attempt.written() ? 1 : 0;
            }
            patiently(GrantTable::commit, goOn);
            writes.addAndGet(written);
            commits.incrementAndGet();
        } catch (SQLException | RuntimeException | Error failed) {
            rollBack(failed);
            Throwable why = closed ? new GrantsUnavailable(CLOSED, failed) : failed;
            news.clear();
            batch.forEach(pending -> news.add(() -> pending.fail(why)));
        }
        settled.run();
        news.forEach(Runnable::run);
    }

    private Pending.Attempt attempt(Pending<?> pending, Runnable goOn) throws SQLException {
        synchronized (turn) {
            running = Optional.of(pending);
        }
        try {
            goOn.run();
            return pending.attempt(table, goOn);
        } finally {
            synchronized (turn) {
                running = Optional.empty();
            }
        }
    }

    private interface Step {
        void on(GrantTable table) throws SQLException;
    }

    private void patiently(Step step, Runnable goOn) throws SQLException {
        Busy.retry(limits.busyWait(), goOn, () -> {
            step.on(table);
            return true;
        });
    }

    /** Takes what has queued up, until something comes that wants to be alone. */
    private void collect(List<Pending<?>> batch) {
        while (batch.size() < MOST_PER_COMMIT) {
            Pending<?> next = queue.peek();
            if (next == null || next.isAlone()) {
                return;
            }
            queue.remove();
            if (next.take()) {
                batch.add(next);
            }
        }
    }

    private void rollBack(Throwable failed) {
        try {
            table.rollback();
        } catch (SQLException nothingToRollBack) {
            // As a rule: some failures end the transaction by themselves.
            failed.addSuppressed(nothingToRollBack);
        }
    }

    // Ending

    /** From here on writes fail, and what is not committed yet is given up. */
    void refuse() {
        closed = true;
        // Wakes the thread if it waits; if there is no room, it does not wait.
        queue.offer(new Pending<>((table, goOn) -> true, false));
    }

    /**
     * Ends the thread.
     *
     * @return whether it ended; if not, it hangs in the file system and may still write
     */
    boolean end() {
        refuse();
        long start = System.nanoTime();
        boolean interrupted = false;
        while (thread.isAlive() && System.nanoTime() - start < LONGEST_END_NANOS) {
            try {
                thread.join(INTERRUPT_EVERY_MILLIS);
                // Again and again: an interrupt between two statements has no effect.
                interruptAny();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        for (Pending<?> left = queue.poll(); left != null; left = queue.poll()) {
            if (left.take()) {
                left.fail(new GrantsUnavailable(CLOSED));
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
