package id.lum.support.sqlite;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** A write on its way: queued, then either withdrawn by its caller or taken by the writer, then settled. */
final class WriteRequest<T extends SqliteTable, R> {
    private enum Place {
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
    private final AtomicReference<Place> place = new AtomicReference<>(Place.QUEUED);
    private final CompletableFuture<R> settled = new CompletableFuture<>();
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
        return place.compareAndSet(Place.QUEUED, Place.TAKEN);
    }

    /** For the caller: true if the write will not happen. */
    boolean withdraw() {
        return place.compareAndSet(Place.QUEUED, Place.WITHDRAWN) || place.get() == Place.WITHDRAWN;
    }

    /** For the caller: if the write still can be given up, it should. */
    void giveUp() {
        givenUp = true;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    /** What became of a write inside its transaction, and how its caller learns of it once that is committed. */
    record Attempt(boolean written, Runnable news) {}

    /**
     * Writes, or undoes what it wrote.
     *
     * @throws SQLException if the failure took the whole transaction with it
     */
    Attempt attempt(T table, Runnable goOn) throws SQLException {
        if (!isShared()) {
            // Nothing to protect from it, and a savepoint would copy every page that it changes.
            return written(write.on(table, goOn));
        }
        table.mark();
        try {
            R result = write.on(table, goOn);
            table.releaseMark();
            return written(result);
        } catch (SQLException | RuntimeException failed) {
            try {
                table.rollbackToMark();
            } catch (SQLException transactionIsGone) {
                failed.addSuppressed(transactionIsGone);
                throw failed;
            }
            return new Attempt(false, () -> fail(failed));
        }
    }

    private Attempt written(R result) {
        return new Attempt(true, () -> settled.complete(result));
    }

    void fail(Throwable why) {
        settled.completeExceptionally(why);
    }

    /** Whether it settled within so many nanoseconds. */
    boolean await(long nanos) throws InterruptedException {
        try {
            settled.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException failed) {
            return true;
        }
    }

    /** What a settled write answers, or why it was not written. */
    R outcome() {
        try {
            return settled.join();
        } catch (CompletionException failed) {
            // A new exception for every caller: its trace says who asked, its cause what happened.
            Throwable why = failed.getCause();
            throw new StoreUnavailable("The " + content + " were not written: " + why.getMessage(), why);
        }
    }
}
