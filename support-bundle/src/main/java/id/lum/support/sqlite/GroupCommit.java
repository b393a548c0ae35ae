package id.lum.support.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Puts several writes into one transaction and answers their callers once it is over. A write that fails by itself
 * fails its caller alone; a failure of the transaction fails all of them.
 */
final class GroupCommit<T extends SqliteTable> {
    private final T table;
    private final Duration busyWait;
    private final TransactionListener listener;
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final Object runningLock = new Object();
    // What is being written. Guarded by runningLock: an interrupt must hit that, and neither a rollback nor a commit. A
    // ProgressHandler of the driver would need the same rule: with one that says stop, each of 3,000 commits failed as
    // interrupted although its row was written (driver 3.54.1.0).
    private Optional<WriteRequest<T, ?>> running = Optional.empty();

    /**
     * Commits to a table.
     *
     * @param listener called after each transaction
     */
    GroupCommit(T table, Duration busyWait, TransactionListener listener) {
        this.table = table;
        this.busyWait = busyWait;
        this.listener = listener;
    }

    /**
     * Makes one transaction.
     *
     * @param first what it begins with
     * @param more adds what may share it, once it has begun: by then more may wait than before
     * @param checkCancelled throws, with the reason, if the transaction is cancelled
     * @param failureForCallers turns a failure into the one that callers get
     */
    void commitBatch(
            WriteRequest<T, ?> first,
            Consumer<List<WriteRequest<T, ?>>> more,
            Runnable checkCancelled,
            UnaryOperator<Throwable> failureForCallers) {
        List<WriteRequest<T, ?>> batch = new ArrayList<>(List.of(first));
        List<Runnable> completions = new ArrayList<>();
        try {
            retryWhileBusy(SqliteTable::begin, checkCancelled);
            more.accept(batch);
            int written = 0;
            for (WriteRequest<T, ?> pending : batch) {
                WriteRequest.Attempt attempt = attempt(pending, checkCancelled);
                completions.add(attempt.completion());
                written += attempt.written() ? 1 : 0;
            }
            retryWhileBusy(SqliteTable::commit, checkCancelled);
            writes.addAndGet(written);
            commits.incrementAndGet();
        } catch (SQLException | RuntimeException | Error failed) {
            rollBack(failed);
            Throwable why = failureForCallers.apply(failed);
            completions.clear();
            batch.forEach(pending -> completions.add(() -> pending.fail(why)));
        }
        try {
            listener.afterTransaction();
        } finally {
            completions.forEach(Runnable::run);
        }
    }

    /** Does what needs no transaction. */
    void runOutsideTransaction(
            WriteRequest<T, ?> pending, Runnable checkCancelled, UnaryOperator<Throwable> failureForCallers) {
        Runnable completion;
        try {
            completion = attempt(pending, checkCancelled).completion();
        } catch (SQLException | RuntimeException | Error failed) {
            Throwable why = failureForCallers.apply(failed);
            completion = () -> pending.fail(why);
        }
        completion.run();
    }

    private WriteRequest.Attempt attempt(WriteRequest<T, ?> pending, Runnable checkCancelled) throws SQLException {
        synchronized (runningLock) {
            running = Optional.of(pending);
        }
        try {
            checkCancelled.run();
            return pending.attempt(table, checkCancelled);
        } finally {
            synchronized (runningLock) {
                running = Optional.empty();
            }
        }
    }

    private interface Step {
        void run(SqliteTable table) throws SQLException;
    }

    private void retryWhileBusy(Step step, Runnable checkCancelled) throws SQLException {
        BusyRetry.retry(busyWait, checkCancelled, () -> {
            step.run(table);
            return true;
        });
    }

    private void rollBack(Throwable failed) {
        try {
            table.rollback();
        } catch (SQLException | RuntimeException | Error nothingToRollBack) {
            // As a rule: some failures end the transaction by themselves.
            failed.addSuppressed(nothingToRollBack);
        }
    }

    /** Ends the statement of the write under way, if it is one of these. From any thread. */
    void interruptIf(Predicate<WriteRequest<T, ?>> meant) {
        synchronized (runningLock) {
            if (running.filter(meant).isPresent()) {
                table.interrupt();
            }
        }
    }

    long writes() {
        return writes.get();
    }

    long commits() {
        return commits.get();
    }
}
