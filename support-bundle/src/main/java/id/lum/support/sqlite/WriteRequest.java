package id.lum.support.sqlite;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** A write on its way: queued, then either withdrawn by its caller or taken by the writer, then completed. */
final class WriteRequest<T extends SqliteTable, R> {
    private enum State {
        QUEUED,
        WITHDRAWN,
        TAKEN
    }

    /** What transaction a write asks for. */
    enum Needs {
        /** One that others may share. */
        ANY,
        /** One that others may share, while the files of the database are in their place. */
        IN_PLACE,
        /** One of its own, while the files are in their place. */
        ALONE,
        /** None: what it does cannot be done inside of one. */
        NONE
    }

    private final String content;
    private final Write<T, R> write;
    private final Needs needs;
    private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private volatile boolean givenUp;

    /**
     * A write that waits.
     *
     * @param content what is written, for sentences
     */
    WriteRequest(String content, Write<T, R> write, Needs needs) {
        this.content = content;
        this.write = write;
        this.needs = needs;
    }

    Needs needs() {
        return needs;
    }

    boolean isShared() {
        return needs == Needs.ANY || needs == Needs.IN_PLACE;
    }

    boolean needsFilesInPlace() {
        return needs == Needs.IN_PLACE || needs == Needs.ALONE;
    }

    /** For the writer: from now on the write may happen. */
    boolean take() {
        return state.compareAndSet(State.QUEUED, State.TAKEN);
    }

    /** For the caller: true if the write will not happen. */
    boolean withdraw() {
        return state.compareAndSet(State.QUEUED, State.WITHDRAWN) || state.get() == State.WITHDRAWN;
    }

    /** For the caller: if the write still can be given up, it should. */
    void giveUp() {
        givenUp = true;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    /** What became of a write inside its transaction, and how its caller learns of it once that is committed. */
    record Attempt(boolean written, Runnable completion) {}

    /**
     * Writes.
     *
     * @throws SQLException if it fails; the transaction has to be rolled back then
     */
    Attempt attempt(T table, Runnable checkCancelled) throws SQLException {
        R answer = write.run(table, checkCancelled);
        return new Attempt(true, () -> result.complete(answer));
    }

    /**
     * Writes, or undoes what it wrote. Costs more: two statements, and SQLite copies every page that is changed.
     *
     * @throws SQLException if the failure took the whole transaction with it
     */
    Attempt attemptAgain(T table, Runnable checkCancelled) throws SQLException {
        table.savepoint();
        try {
            Attempt written = attempt(table, checkCancelled);
            table.releaseSavepoint();
            return written;
        } catch (SQLException | RuntimeException failed) {
            try {
                table.rollbackToSavepoint();
            } catch (SQLException transactionIsGone) {
                failed.addSuppressed(transactionIsGone);
                throw failed;
            }
            return new Attempt(false, () -> fail(failed));
        }
    }

    void fail(Throwable why) {
        result.completeExceptionally(why);
    }

    /** Whether it was completed within so many nanoseconds. */
    boolean await(long nanos) throws InterruptedException {
        try {
            result.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException failed) {
            return true;
        }
    }

    /** What a completed write answers, or why it was not written. */
    R outcome() {
        try {
            return result.join();
        } catch (CompletionException failed) {
            // A new exception for every caller: its trace says who asked, its cause what happened.
            Throwable why = failed.getCause();
            throw new StoreUnavailable("The " + content + " were not written: " + why.getMessage(), why);
        }
    }
}
