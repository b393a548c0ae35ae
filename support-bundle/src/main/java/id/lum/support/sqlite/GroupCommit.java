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
    private final FileIdentityCheck fileIdentity;
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
     * @param fileIdentity asked once in a transaction, if one of its writes needs the files in their place
     * @param listener called after each transaction
     */
    GroupCommit(T table, Duration busyWait, FileIdentityCheck fileIdentity, TransactionListener listener) {
        this.table = table;
        this.busyWait = busyWait;
        this.fileIdentity = fileIdentity;
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
        boolean committedAsRun = false;
        try {
            retryWhileBusy(SqliteTable::begin, checkCancelled);
            more.accept(batch);
            Attempts attempts = attemptAll(batch, checkCancelled);
            retryWhileBusy(SqliteTable::commit, checkCancelled);
            committedAsRun = !attempts.again();
            for (WriteRequest.Attempt attempt : attempts.each()) {
                completions.add(attempt.completion());
                writes.addAndGet(attempt.written() ? 1 : 0);
            }
            commits.incrementAndGet();
        } catch (SQLException | RuntimeException | Error failed) {
            rollBack(failed);
            Throwable why = failureForCallers.apply(failed);
            completions.clear();
            batch.forEach(pending -> completions.add(() -> pending.fail(why)));
        }
        try {
            ended(committedAsRun);
        } finally {
            completions.forEach(Runnable::run);
        }
    }

    private void ended(boolean committedAsRun) {
        try {
            if (committedAsRun) {
                listener.committed();
            }
        } finally {
            listener.afterTransaction();
        }
    }

    /** @param again whether a write had failed, so that all were run again */
    private record Attempts(List<WriteRequest.Attempt> each, boolean again) {}

    /** Nearly always all of them succeed, so none is protected from the others before one has failed. */
    private Attempts attemptAll(List<WriteRequest<T, ?>> batch, Runnable checkCancelled) throws SQLException {
        // Once all of them are there: a file that was displaced before a call came is noticed.
        Optional<String> displaced =
                batch.stream().anyMatch(WriteRequest::needsFilesInPlace) ? fileIdentity.objection() : Optional.empty();
        try {
            return new Attempts(attemptEach(batch, displaced, false, checkCancelled), false);
        } catch (SQLException | RuntimeException failed) {
            if (batch.size() == 1) {
                throw failed;
            }
            rollBack(failed);
        }
        retryWhileBusy(SqliteTable::begin, checkCancelled);
        return new Attempts(attemptEach(batch, displaced, true, checkCancelled), true);
    }

    private List<WriteRequest.Attempt> attemptEach(
            List<WriteRequest<T, ?>> batch, Optional<String> displaced, boolean again, Runnable checkCancelled)
            throws SQLException {
        List<WriteRequest.Attempt> attempts = new ArrayList<>(batch.size());
        for (WriteRequest<T, ?> pending : batch) {
            if (displaced.isPresent() && pending.needsFilesInPlace()) {
                StoreUnavailable refusal = new StoreUnavailable(displaced.get());
                attempts.add(new WriteRequest.Attempt(false, () -> pending.fail(refusal)));
            } else {
                attempts.add(attempt(pending, again, checkCancelled));
            }
        }
        return attempts;
    }

    /** Does what needs no transaction. */
    void runOutsideTransaction(
            WriteRequest<T, ?> pending, Runnable checkCancelled, UnaryOperator<Throwable> failureForCallers) {
        Runnable completion;
        try {
            completion = attempt(pending, false, checkCancelled).completion();
        } catch (SQLException | RuntimeException | Error failed) {
            Throwable why = failureForCallers.apply(failed);
            completion = () -> pending.fail(why);
        }
        completion.run();
    }

    private WriteRequest.Attempt attempt(WriteRequest<T, ?> pending, boolean again, Runnable checkCancelled)
            throws SQLException {
        synchronized (runningLock) {
            running = Optional.of(pending);
        }
        try {
            checkCancelled.run();
            return again ? pending.attemptAgain(table, checkCancelled) : pending.attempt(table, checkCancelled);
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
