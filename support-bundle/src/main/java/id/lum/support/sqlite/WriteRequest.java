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
        /** One of its own. */
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
        return needs == Needs.ANY;
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
     * Writes, or undoes what it wrote.
     *
     * @throws SQLException if the failure took the whole transaction with it
     */
    Attempt attempt(T table, Runnable checkCancelled) throws SQLException {
        if (!isShared()) {
            // Nothing to protect from it, and a savepoint would copy every page that it changes.
            return written(write.run(table, checkCancelled));
        }
        table.savepoint();
        try {
            R answer = write.run(table, checkCancelled);
            table.releaseSavepoint();
            return written(answer);
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

    private Attempt written(R answer) {
        return new Attempt(true, () -> result.complete(answer));
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
