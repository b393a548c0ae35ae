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
 * Puts several writes into one transaction and tells their callers once it is over. A write that fails by itself fails
 * its caller alone; a failure of the transaction fails all of them.
 */
final class GroupCommit<T extends SqliteTable> {
    private final T table;
    private final Duration busyWait;
    private final Runnable settled;
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final Object turn = new Object();
    // What is being written. Guarded by turn: an interrupt must hit that, and neither a rollback nor a commit.
    private Optional<WriteRequest<T, ?>> running = Optional.empty();

    /**
     * Commits to a table.
     *
     * @param settled run after each transaction, before its callers are told
     */
    GroupCommit(T table, Duration busyWait, Runnable settled) {
        this.table = table;
        this.busyWait = busyWait;
        this.settled = settled;
    }

    /**
     * Makes one transaction.
     *
     * @param first what it begins with
     * @param more adds what may share it, once it has begun: by then more may wait than before
     * @param goOn throws when it is to be given up, and says why
     * @param telling what callers are told when it fails
     */
    void of(
            WriteRequest<T, ?> first,
            Consumer<List<WriteRequest<T, ?>>> more,
            Runnable goOn,
            UnaryOperator<Throwable> telling) {
        List<WriteRequest<T, ?>> batch = new ArrayList<>(List.of(first));
        List<Runnable> news = new ArrayList<>();
        try {
            patiently(SqliteTable::begin, goOn);
            more.accept(batch);
            int written = 0;
            for (WriteRequest<T, ?> pending : batch) {
                WriteRequest.Attempt attempt = attempt(pending, goOn);
                news.add(attempt.news());
                written += attempt.written() ? 1 : 0;
            }
            patiently(SqliteTable::commit, goOn);
            writes.addAndGet(written);
            commits.incrementAndGet();
        } catch (SQLException | RuntimeException | Error failed) {
            rollBack(failed);
            Throwable why = telling.apply(failed);
            news.clear();
            batch.forEach(pending -> news.add(() -> pending.fail(why)));
        }
        try {
            settled.run();
        } finally {
            news.forEach(Runnable::run);
        }
    }

    /** Does what needs no transaction. */
    void without(WriteRequest<T, ?> pending, Runnable goOn, UnaryOperator<Throwable> telling) {
        Runnable news;
        try {
            news = attempt(pending, goOn).news();
        } catch (SQLException | RuntimeException | Error failed) {
            Throwable why = telling.apply(failed);
            news = () -> pending.fail(why);
        }
        news.run();
    }

    private WriteRequest.Attempt attempt(WriteRequest<T, ?> pending, Runnable goOn) throws SQLException {
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
        void on(SqliteTable table) throws SQLException;
    }

    private void patiently(Step step, Runnable goOn) throws SQLException {
        BusyRetry.retry(busyWait, goOn, () -> {
            step.on(table);
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
        synchronized (turn) {
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
