package id.lum.flowmesh.internal.outbox;

import id.lum.flowmesh.internal.usage.EmailDirectory;
import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.sqlite.Query;
import id.lum.support.sqlite.SqliteStore;
import id.lum.support.sqlite.StoreMetrics;
import id.lum.support.sqlite.StoreRefused;
import id.lum.support.sqlite.StoreSettings;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.support.sqlite.UnstorableText;
import id.lum.support.sqlite.Write;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Usage rows that wait for their delivery, in a SQLite database that belongs to this outbox alone.
 *
 * <p>A call that has returned is on the disk. Rows of one principal are due one after the other, in the order in which
 * they were added; of several principals the one comes first that has been due longest. Nothing is held in memory per
 * row or principal. The e-mail address of a principal is stored while rows of that principal wait, the newest that came
 * with one of them.
 *
 * <p>For any number of threads. Every method throws {@link StoreUnavailable} once the outbox is closed, or when its
 * database fails.
 */
public final class Outbox implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    /** Deletes leave zeros behind, not what was deleted. */
    private static final String SECURE_DELETE = "PRAGMA secure_delete = ON";
    /** Queues or dead letters changed per transaction. A limit keeps other writes from waiting long. */
    static final int MAX_PER_STEP = 1000;

    private final Clock clock;
    private final DueSignal due;
    private final SqliteStore<OutboxTable> store;
    private final DeadLetters deadLetters;

    private Outbox(StoreSettings database, Clock clock, DueListener listener) {
        this.clock = clock;
        this.due = new DueSignal(listener, database.owner());
        this.store = SqliteStore.open(database, new OutboxSchema(), due::afterTransaction, List.of(SECURE_DELETE));
        this.deadLetters = new DeadLetters(store, due, clock);
    }

    /**
     * Opens and locks the database; creates it if it is missing.
     *
     * @param database the file that holds it, and how
     * @param clock the time
     * @param listener called after each commit that may have made a row due earlier
     * @return the open outbox; the caller closes it
     * @throws StoreRefused if it cannot be opened; nothing is left open or locked then
     * @throws IllegalStateException if it can be opened, but what it holds not be counted; the same holds then
     */
    public static Outbox open(StoreSettings database, Clock clock, DueListener listener) {
        Outbox outbox = new Outbox(database, clock, listener);
        try {
            outbox.logContents(database);
            return outbox;
        } catch (StoreUnavailable damaged) {
            outbox.closeAfter(damaged);
            throw new IllegalStateException(
                    database.owner() + " = \"" + outbox.place() + "\" is refused: " + damaged.getMessage()
                            + ". Keep the file, and restore it or name another path.",
                    damaged);
        } catch (RuntimeException | Error failed) {
            outbox.closeAfter(failed);
            throw failed;
        }
    }

    /** Closes what an open has to give up: left open, the file would be locked against the next try. */
    public void closeAfter(Throwable failed) {
        try {
            close();
        } catch (RuntimeException | Error alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    /** Somebody who changed the path while the container was down misses here what was left elsewhere. */
    private void logContents(StoreSettings database) {
        OutboxTotals totals = read(OutboxTable::totals);
        LOG.info(
                "Usage rows of {} are in {}: {} wait, {} dead letters",
                database.owner(),
                place(),
                totals.pending(),
                totals.deadLetters());
    }

    /** A closed store would first look for a free connection, and for long. */
    private <R> R read(Query<OutboxTable, R> query) {
        store.requireOpen();
        return store.read(query);
    }

    // What a host emits

    /**
     * Adds rows, all or none. They are on the disk when this returns. Calls that meet share a commit.
     *
     * @param rows the rows, each behind those of its principal that wait
     * @param emails asked for the address of each row's principal, in this thread and now, because a restart forgets
     *     what is known. An address frees the queue of its principal, if that was held. One that is longer than 320
     *     bytes, or cannot be stored, is not kept
     * @param mostRows how many rows the outbox may hold then, dead letters included
     * @throws OutboxFull if they do not fit
     */
    public void add(List<UsageRow> rows, EmailDirectory emails, long mostRows) {
        if (rows.isEmpty()) {
            store.requireOpen();
            return;
        }
        List<UsageRow> all = List.copyOf(rows);
        List<Optional<String>> known =
                all.stream().map(row -> emails.emailOf(row.principalId())).toList();
        OutboxTotals before = store.writeInPlace((table, checkCancelled) -> {
            OutboxTotals totals = table.totals();
            if (totals.haveRoomFor(all.size(), mostRows)) {
                table.add(all, known, clock.millis());
                due.changedIf(true);
            }
            return totals;
        });
        if (!before.haveRoomFor(all.size(), mostRows)) {
            throw new OutboxFull(all.size(), before, mostRows);
        }
    }

    // What the delivery works on

    /**
     * The rows to be tried: of each principal that is due and not held the oldest row.
     *
     * @param now the time
     * @param most how many at most of those that have not failed, and how many of those that have
     * @param exceptPrincipals whom to leave out, such as those with a row on its way
     * @param longest the longest wait that is ever asked for: whoever is due later than that was given its time by a
     *     clock that has been set back since, and is due now
     * @return the rows, those that have not failed before those that have; of each who has been due longest comes first
     */
    public List<PendingRow> due(Instant now, int most, Set<String> exceptPrincipals, Duration longest) {
        return read(table ->
                table.queues().due(Sql.millis(now), most, exceptPrincipals, PrincipalQueues.after(now, longest)));
    }

    /**
     * Of those rows that are due and have not failed, the one that became so last.
     *
     * @param now the time
     * @param exceptPrincipals whom to leave out
     * @return the row; empty if all have failed
     */
    public Optional<PendingRow> newest(Instant now, Set<String> exceptPrincipals) {
        return read(table -> table.queues().newest(Sql.millis(now), exceptPrincipals));
    }

    /**
     * The rows behind one of a principal, as they will be due once that and those before them have gone.
     *
     * @param seq the number of that one, which may have gone already
     * @param most how many at most
     * @return the rows, in the order in which they were added
     */
    public List<PendingRow> behind(String principal, long seq, int most) {
        return read(table -> table.queues().behind(principal, seq, most));
    }

    /**
     * When {@link #due} will have something to answer, if nothing happens before.
     *
     * @param now the time
     * @param exceptPrincipals whom to leave out
     * @param longest the longest wait that is ever asked for
     * @return the time, which may have passed; empty if no principal waits for a time
     */
    public Optional<Instant> nextDue(Instant now, Set<String> exceptPrincipals, Duration longest) {
        OptionalLong next = read(table ->
                table.queues().nextDue(Sql.millis(now), exceptPrincipals, PrincipalQueues.after(now, longest)));
        return next.isPresent() ? Optional.of(Instant.ofEpochMilli(next.getAsLong())) : Optional.empty();
    }

    /**
     * Writes down what became of attempts, all or nothing.
     *
     * @param outcomes one for each row; ignored for a row that is gone, or not the oldest of its principal
     */
    public void record(Collection<Outcome> outcomes) {
        if (outcomes.isEmpty()) {
            store.requireOpen();
            return;
        }
        List<Outcome> all = List.copyOf(outcomes);
        store.write((table, checkCancelled) -> {
            table.record(all, clock.millis());
            return all;
        });
    }

    /**
     * Principals whose rows wait for an e-mail address.
     *
     * @param most how many at most
     * @param after only those behind this one; empty to begin with
     * @return the principals, in order
     */
    public List<String> heldPrincipals(int most, String after) {
        UnstorableText.requireStorable(after);
        return read(table -> table.queues().held(most, after));
    }

    /**
     * Makes rows due that waited for an e-mail address.
     *
     * @param principals whose; those that are not held stay as they are
     */
    public void release(Collection<String> principals) {
        List<String> all = List.copyOf(principals);
        store.write((table, checkCancelled) -> {
            long now = clock.millis();
            for (String who : all) {
                due.changedIf(UnstorableText.isStorable(who) && table.queues().release(who, now));
            }
            return all;
        });
    }

    /**
     * Makes principals due that wait because the other side failed, as after an outage or a change of settings. Those
     * that were refused, and those held, wait on.
     */
    public void makeFailedDue() {
        long now = clock.millis();
        makeDue((table, checkCancelled) -> table.queues().failedToDue(now, MAX_PER_STEP));
    }

    /** Makes all principals due that are not held, refused ones too. */
    public void makeAllDue() {
        long now = clock.millis();
        makeDue((table, checkCancelled) -> table.queues().allToDue(now, MAX_PER_STEP));
    }

    /** @param step makes some due, at most {@link #MAX_PER_STEP}, and says how many those were */
    private void makeDue(Write<OutboxTable, Integer> step) {
        int moved;
        do {
            moved = store.write((table, checkCancelled) -> {
                int some = step.run(table, checkCancelled);
                due.changedIf(some > 0);
                return some;
            });
        } while (moved == MAX_PER_STEP);
    }

    /**
     * Sets old rows aside as dead letters.
     *
     * @param emittedBefore those emitted before
     * @param exceptSeqs rows to leave, such as those on their way
     * @param most how many at most, the oldest first
     * @return how many were set aside
     */
    public int expire(Instant emittedBefore, Set<Long> exceptSeqs, int most) {
        // Nearly always there is none, and a delivery need not wait for the writer to learn that.
        if (read(table -> table.oldest().filter(emittedBefore::isAfter)).isEmpty()) {
            return 0;
        }
        return store.write((table, checkCancelled) -> {
            int expired = table.expire(Sql.millis(emittedBefore), exceptSeqs, most, clock.millis());
            due.changedIf(expired > 0);
            return expired;
        });
    }

    // What operators look at and do

    /**
     * What it holds, and metrics since it was opened. Counts queues, so it is for operators to ask.
     *
     * @return a snapshot
     */
    public OutboxMetrics metrics() {
        return read(table -> {
            OutboxTotals totals = table.totals();
            StoreMetrics metrics = store.metrics();
            return new OutboxMetrics(
                    totals.pending(),
                    totals.deadLetters(),
                    table.queues().count(),
                    table.queues().countHeld(),
                    table.oldest(),
                    metrics.writes(),
                    metrics.commits());
        });
    }

    /**
     * Where its database really is.
     *
     * @return the path, printable
     */
    public String place() {
        return store.place();
    }

    /**
     * Whether its file was moved, removed, replaced or emptied. Rows that are there can still be delivered; others are
     * not taken.
     *
     * @return what happened, as a sentence; absent if all is well
     */
    public Optional<String> displaced() {
        return store.displaced();
    }

    /**
     * Prepares a displaced outbox for its close.
     *
     * @throws IllegalStateException if rows would get lost with the file, because it is not the one that will be opened
     * @throws StoreUnavailable if it cannot be made one file now
     */
    public void prepareCloseOfDisplaced() {
        if (store.isDatabaseDisplaced() && !isEmpty()) {
            throw new IllegalStateException("The database that was opened as " + place()
                    + " was moved or replaced and still holds usage rows or dead letters (flowmesh:outbox). Rows are"
                    + " still delivered from there; once it holds none, what is at the path now is opened.");
        }
        store.checkpointBeforeClose();
    }

    /**
     * How far a commit is brought to the disk, as SQLite calls it.
     *
     * @return {@code FULL}, or {@code EXTRA} with a rollback journal
     */
    public String synchronous() {
        return store.synchronous();
    }

    /**
     * Whether it holds no row at all, neither one that waits nor a dead letter.
     *
     * @return true if nothing would be lost with the file
     */
    public boolean isEmpty() {
        return read(OutboxTable::totals).equals(new OutboxTotals(0, 0));
    }

    /**
     * Whose rows wait, those first that were refused, or held, or failed.
     *
     * @param most how many at most
     * @return what they wait for
     */
    public List<QueueStatus> queues(int most) {
        return read(table -> table.queues().all(most));
    }

    /**
     * Rows that were set aside.
     *
     * @return them, for operators to list, retry and discard
     */
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    /**
     * Makes sure that no file holds what has been deleted. To be called now and then.
     *
     * @return false if another program was in the way; then call again later
     */
    public boolean checkpoint() {
        return store.checkpoint();
    }

    /**
     * Closes it. Calls that wait fail, a transaction that is not committed yet is rolled back. Then the database is one
     * file again and is not locked. Safe to repeat.
     */
    @Override
    public void close(StopDeadline deadline) {
        store.close(deadline);
    }
}
