package id.lum.support.sqlite;

import id.lum.hooks.LogSafe;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A SQLite database that belongs to this store alone, in every JVM.
 *
 * <p>A write that has returned is on the disk, and every read that begins after that sees it. One thread writes for all
 * callers; reads have connections of their own and never stand behind a write. Every method but {@link #metrics} throws
 * {@link StoreUnavailable} once the store is closed.
 *
 * @param <T> its tables
 */
public final class SqliteStore<T extends SqliteTable> implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

    private final String place;
    private final DatabaseLock lock;
    private final FileIdentityCheck fileIdentity;
    private final T writing;
    private final ReadConnections<T> reads;
    private final ReadConnections<T> longReads;
    private final Writer<T> writer;
    private final Object closing = new Object();
    // Guarded by closing.
    private boolean closed;

    private SqliteStore(
            DatabaseFile file,
            StoreSettings settings,
            String content,
            TransactionListener listener,
            DatabaseLock lock,
            FileIdentityCheck fileIdentity,
            T writing,
            List<T> reading,
            List<T> readingMany) {
        this.place = LogSafe.of(file.path().toString());
        this.lock = lock;
        this.fileIdentity = fileIdentity;
        this.writing = writing;
        this.reads = new ReadConnections<>(content, reading, settings.limits(), false);
        this.longReads = new ReadConnections<>(content, readingMany, settings.limits(), true);
        this.writer = new Writer<>(
                writing,
                settings.limits(),
                content,
                content + " writer " + file.path().getFileName(),
                fileIdentity,
                listener);
    }

    /**
     * Opens and locks the database; creates it if it is missing.
     *
     * @param settings where and how
     * @param schema what is in it
     * @param listener called after each transaction
     * @param pragmas further pragmas for the connection that writes
     * @param <T> its tables
     * @return the open store; the caller closes it
     * @throws StoreRefused if it cannot be opened; nothing is left open or locked then
     */
    public static <T extends SqliteTable> SqliteStore<T> open(
            StoreSettings settings, Schema<T> schema, TransactionListener listener, List<String> pragmas) {
        DatabaseFile file = DatabaseFile.locate(settings);
        NativeLibrary.load(file, settings);
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            DatabaseLock lock = DatabaseLock.take(file, settings);
            opened.push(lock);
            file.requireWriteAheadLog(settings);
            file.restrictPermissions(settings);
            lock.requireSingleName(file, settings);
            ConnectionFactory<T> database = new ConnectionFactory<>(file, settings, schema);
            T writing = database.openWriter(pragmas);
            opened.push(writing);
            FileIdentityCheck fileIdentity = FileIdentityCheck.of(file, settings);
            List<T> reading = openReaders(database, settings.limits().readConnections(), opened);
            List<T> readingMany = openReaders(database, settings.limits().longReadConnections(), opened);
            return new SqliteStore<>(
                    file, settings, schema.content(), listener, lock, fileIdentity, writing, reading, readingMany);
        } catch (LinkageError missing) {
            closeAll(opened, missing);
            throw new StoreRefused(
                    settings,
                    "a class is missing (" + LogSafe.of(missing.toString()) + ")",
                    "Check the bundles and the runtime that this process was started with",
                    missing);
        } catch (RuntimeException | Error refused) {
            closeAll(opened, refused);
            throw refused;
        }
    }

    private static <T extends SqliteTable> List<T> openReaders(
            ConnectionFactory<T> database, int count, Deque<AutoCloseable> opened) {
        List<T> readers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            T reader = database.openReader();
            opened.push(reader);
            readers.add(reader);
        }
        return readers;
    }

    private static void closeAll(Deque<AutoCloseable> opened, Throwable why) {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception | Error failed) {
                why.addSuppressed(failed);
            }
        }
    }

    /**
     * Where the database really is.
     *
     * @return its path, printable
     */
    public String place() {
        return place;
    }

    /** Throws {@link StoreUnavailable} if the store is closed. */
    public void requireOpen() {
        reads.requireOpen();
    }

    /**
     * Whether somebody has moved, removed, replaced or emptied the database since it was opened. What is written then
     * is lost for the next program that opens its path.
     *
     * @return what happened, as a sentence that tells how to repair it; absent if the database is in its place
     */
    public Optional<String> displaced() {
        return fileIdentity.objection();
    }

    /**
     * Whether what is {@link #displaced} is the database itself, not only a file beside it.
     *
     * @return true if the path leads to another database than the open one, or to none
     */
    public boolean isDatabaseDisplaced() {
        return fileIdentity.isDatabaseDisplaced();
    }

    /**
     * Makes a displaced database one file before it is closed for another one in its place: SQLite would take a log
     * that was left there for the log of the other one.
     *
     * @throws StoreUnavailable if that cannot be done now, because another program reads it or its disk fails
     */
    public void checkpointBeforeClose() {
        if (!checkpoint()) {
            throw new StoreUnavailable("Another program reads the database that was opened as " + place
                    + ". End that program; until then the store cannot go on with what is there now.");
        }
    }

    /** Throws {@link StoreUnavailable} if the database is {@link #displaced}. For writes that somebody relies on. */
    public void requireInPlace() {
        // Its log goes when it is closed.
        requireOpen();
        displaced().ifPresent(objection -> {
            throw new StoreUnavailable(objection);
        });
    }

    /**
     * Reads a few rows. Sees every write that has returned.
     *
     * @param query what is asked
     * @param <R> what it finds
     * @return what was found
     */
    public <R> R read(Query<T, R> query) {
        return reads.read(query);
    }

    /**
     * Reads what may be many rows, on connections of its own: {@link #read} never waits for it. Sees every write that
     * has returned.
     *
     * @param query what is asked
     * @param <R> what it finds
     * @return what was found
     */
    public <R> R readMany(Query<T, R> query) {
        return longReads.read(query);
    }

    /**
     * Writes, in a transaction that other writes may share, and returns when that is on the disk.
     *
     * @param write what is written
     * @param <R> what it answers
     * @return what it answered
     */
    public <R> R write(Write<T, R> write) {
        return writer.write(write, WriteRequest.Needs.ANY);
    }

    /**
     * Writes as {@link #write} does, but refuses it while the database is {@link #displaced}: for writes that somebody
     * relies on. The files are looked at once in a transaction.
     *
     * @param write what is written
     * @param <R> what it answers
     * @return what it answered
     */
    public <R> R writeInPlace(Write<T, R> write) {
        return writer.write(write, WriteRequest.Needs.IN_PLACE);
    }

    /**
     * Writes something long, in a transaction of its own, unless the database is {@link #displaced}. Reads go on
     * meanwhile (with a rollback journal they wait while the commit is written); other writes wait behind it.
     *
     * @param write what is written
     * @param <R> what it answers
     * @return what it answered
     */
    public <R> R writeAlone(Write<T, R> write) {
        reads.requireOpen();
        return writer.write(write, WriteRequest.Needs.ALONE);
    }

    /**
     * Runs something in the thread that writes, when all writes before it are committed and none after it has begun.
     * What it writes is not part of a transaction.
     *
     * @param step what is run
     * @param <R> what it answers
     * @return what it answered
     */
    public <R> R betweenTransactions(Write<T, R> step) {
        return writer.write(step, WriteRequest.Needs.NONE);
    }

    /**
     * Puts the write-ahead log into the database and empties it, so that what was deleted is nowhere in the files.
     *
     * @return false if a reader was in the way; then the log is as it was
     */
    public boolean checkpoint() {
        return betweenTransactions((table, checkCancelled) -> table.checkpoint());
    }

    /**
     * How far a commit is brought to the disk, read from the connection that writes.
     *
     * @return as SQLite calls it: {@code OFF}, {@code NORMAL}, {@code FULL} or {@code EXTRA}
     */
    public String synchronous() {
        int synchronous = betweenTransactions((table, checkCancelled) -> table.synchronous());
        return List.of("OFF", "NORMAL", "FULL", "EXTRA").get(synchronous);
    }

    /**
     * Counters since the store was opened. Also answered once it is closed.
     *
     * @return a snapshot
     */
    public StoreMetrics metrics() {
        return new StoreMetrics(writer.writes(), writer.commits(), writer.queued());
    }

    /**
     * Closes the store. Calls that wait fail, a transaction that is not committed yet is rolled back. Then the database
     * is one file again, without a lock. Safe to repeat.
     *
     * <p>Nothing interrupts a thread that hangs in the file system. If the deadline comes first, the close goes on in a
     * thread of its own; until it is complete the file stays locked, and a further store on it is refused and tries
     * again.
     */
    @Override
    public void close(StopDeadline deadline) {
        reads.rejectNewReads();
        longReads.rejectNewReads();
        writer.rejectNewWrites();
        Thread closer = new Thread(this::closeAll, "closing " + place);
        closer.setDaemon(true);
        closer.setUncaughtExceptionHandler((thread, failed) ->
                LOG.error("{} could not be closed; the file may stay locked until this process ends", place, failed));
        try {
            closer.start();
        } catch (OutOfMemoryError noThread) {
            LOG.warn("{} is closed without a thread of its own", place, noThread);
            closeAll();
        }
        if (!deadline.await(closer)) {
            LOG.error("{} does not close in time; the file stays locked until it has closed", place);
        }
    }

    private void closeAll() {
        synchronized (closing) {
            if (!closed) {
                closed = true;
                writer.end();
                reads.close();
                longReads.close();
                release();
            }
        }
    }

    /** The lock is released last: until then no other store may open the file. */
    private void release() {
        try {
            if (!writing.checkpoint()) {
                LOG.warn("Another program reads {}: keep its -wal file with it until that ends", place);
            }
        } catch (SQLException failed) {
            LOG.warn("The log of {} could not be checkpointed; keep its -wal file with it", place, failed);
        }
        try {
            writing.close();
        } catch (SQLException failed) {
            LOG.warn("{} did not close cleanly", place, failed);
        }
        try {
            lock.close();
        } catch (IOException failed) {
            LOG.warn("The lock of {} was not released cleanly", place, failed);
        }
    }
}
