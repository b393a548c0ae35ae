package id.lum.support.sqlite;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. What has queued up while it was busy shares its next commit, since a commit costs an
 * fsync and a row next to nothing. Callers are answered after the commit.
 *
 * <p>A long write, such as the deletes of a reconcile, has a transaction of its own and may take seconds. Writes behind
 * it wait without their time running: their caller did nothing wrong, and the long write itself is bounded.
 */
final class Writer<T extends SqliteTable> {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_PER_COMMIT = 1000;
    private static final long INTERRUPT_EVERY_MILLIS = 20;
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(100);

    private final GroupCommit<T> commit;
    private final String content;
    private final StoreLimits limits;
    private final BlockingQueue<WriteRequest<T, ?>> queue;
    private final Thread thread;
    private volatile boolean longAtWork;
    private volatile long longOver = System.nanoTime();
    private volatile boolean closed;

    /**
     * Starts the thread.
     *
     * @param fileIdentity whether the files are in their place
     * @param listener called after each transaction
     */
    Writer(
            T table,
            StoreLimits limits,
            String content,
            String name,
            FileIdentityCheck fileIdentity,
            TransactionListener listener) {
        this.content = content;
        this.commit = new GroupCommit<>(table, limits.busyWait(), fileIdentity, listener);
        this.limits = limits;
        this.queue = new ArrayBlockingQueue<>(limits.queuedWrites());
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
        this.thread.start();
    }

    // In callers' threads

    <R> R write(Write<T, R> write, WriteRequest.Needs needs) {
        return ask(new WriteRequest<>(content, write, needs));
    }

    private <R> R ask(WriteRequest<T, R> pending) {
        long asked = System.nanoTime();
        try {
            requireOpen();
            boolean queued = false;
            boolean done = false;
            for (long left = left(pending, asked); !done && left > 0; left = left(pending, asked)) {
                if (queued) {
                    done = pending.await(left);
                } else {
                    queued = queue.offer(pending, left, TimeUnit.NANOSECONDS);
                    // The writer may have ended before it could see this one.
                    if (closed && pending.withdraw()) {
                        throw new StoreUnavailable(closing());
                    }
                }
            }
            return done || endedAfterAll(pending) ? pending.outcome() : tooLate(pending);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            pending.giveUp();
            throw new StoreUnavailable("The caller was interrupted; " + outcomeSentence(pending), interrupted);
        }
    }

    private long left(WriteRequest<T, ?> pending, long asked) {
        long now = System.nanoTime();
        if (!pending.isShared()) {
            return limits.longWait().toNanos() - (now - asked);
        }
        // Time that a long write takes does not count.
        long waited = longAtWork ? 0 : Math.min(now - asked, now - longOver);
        return limits.writeWait().toNanos() - waited;
    }

    /** A long write whose time is up is stopped, which takes a moment; its caller then knows that nothing happened. */
    private boolean endedAfterAll(WriteRequest<T, ?> pending) throws InterruptedException {
        if (pending.isShared() || pending.withdraw()) {
            return false;
        }
        pending.giveUp();
        long start = System.nanoTime();
        boolean ended = false;
        while (!ended && System.nanoTime() - start < limits.writeWait().toNanos()) {
            commit.interruptIf(pending::equals);
            ended = pending.await(TimeUnit.MILLISECONDS.toNanos(INTERRUPT_EVERY_MILLIS));
        }
        return ended;
    }

    private <R> R tooLate(WriteRequest<T, R> pending) {
        throw new StoreUnavailable("The writer of " + content + " is too slow; " + outcomeSentence(pending));
    }

    private String outcomeSentence(WriteRequest<T, ?> pending) {
        return pending.withdraw() ? "nothing was written." : "whether the " + content + " were written is unknown.";
    }

    private String closing() {
        return "The store of " + content + " is closed; nothing was written.";
    }

    private void requireOpen() {
        if (closed) {
            throw new StoreUnavailable(closing());
        }
    }

    int queued() {
        return queue.size();
    }

    long writes() {
        return commit.writes();
    }

    long commits() {
        return commit.commits();
    }

    // In the writer's thread

    /** Nothing that one write meets, out of memory included, may end the thread that writes for everybody. */
    private void run() {
        while (!closed) {
            try {
                WriteRequest<T, ?> next = queue.take();
                if (next.take()) {
                    write(next);
                }
            } catch (Throwable failed) {
                // An interrupt too: no code of ours interrupts this thread, which ends when the store is closed.
                report(failed);
                // What fails again and again must fill neither a processor nor the log.
                LockSupport.parkNanos(PAUSE_AFTER_ERROR.toNanos());
            }
        }
    }

    private void write(WriteRequest<T, ?> next) {
        try {
            switch (next.needs()) {
                case ANY, IN_PLACE -> commit.commitBatch(next, this::collect, this::requireOpen, this::reason);
                case ALONE -> commitAlone(next);
                case NONE -> commit.runOutsideTransaction(next, this::requireOpen, this::reason);
            }
        } catch (RuntimeException | Error failed) {
            next.fail(reason(failed));
            throw failed;
        }
    }

    private void report(Throwable failed) {
        try {
            LOG.error("The writer of {} met an error and goes on", content, failed);
        } catch (Throwable noLogEither) {
            // The caller has the first error.
        }
    }

    private void commitAlone(WriteRequest<T, ?> pending) {
        longAtWork = true;
        try {
            Runnable checkCancelled = () -> {
                requireOpen();
                if (pending.isGivenUp()) {
                    throw new StoreUnavailable("It took longer than " + limits.longWait() + ".");
                }
            };
            commit.commitBatch(pending, batch -> {}, checkCancelled, this::reason);
        } finally {
            longOver = System.nanoTime();
            longAtWork = false;
        }
    }

    /** Takes what has queued up, until something comes that wants to be alone. */
    private void collect(List<WriteRequest<T, ?>> batch) {
        while (batch.size() < MAX_PER_COMMIT) {
            WriteRequest<T, ?> next = queue.peek();
            if (next == null || !next.isShared()) {
                return;
            }
            queue.remove();
            if (next.take()) {
                batch.add(next);
            }
        }
    }

    /** Failures after close are reported as "closed". */
    private Throwable reason(Throwable failed) {
        return closed ? new StoreUnavailable(closing(), failed) : failed;
    }

    // Ending

    /** From here on writes fail, and what is not committed yet is given up. */
    void rejectNewWrites() {
        closed = true;
        // Wakes the thread if it waits; if there is no room, it does not wait.
        queue.offer(new WriteRequest<>(content, (table, checkCancelled) -> true, WriteRequest.Needs.ANY));
    }

    /** Ends the thread. Waits as long as it hangs in the file system: until then it may still write. */
    void end() {
        rejectNewWrites();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(INTERRUPT_EVERY_MILLIS);
                // Again and again: an interrupt between two statements has no effect.
                commit.interruptIf(any -> true);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        for (WriteRequest<T, ?> left = queue.poll(); left != null; left = queue.poll()) {
            if (left.take()) {
                left.fail(new StoreUnavailable(closing()));
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
