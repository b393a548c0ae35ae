package id.lum.flowmesh.internal.outbox;

import id.lum.support.sqlite.SqliteStore;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The rows of an outbox that were set aside. Operators list, retry and discard them. For any number of threads. */
public final class DeadLetters {
    private final SqliteStore<OutboxTable> store;
    private final DueSignal due;
    private final Clock clock;

    DeadLetters(SqliteStore<OutboxTable> store, DueSignal due, Clock clock) {
        this.store = store;
        this.due = due;
        this.clock = clock;
    }

    /**
     * Lists them.
     *
     * @param most how many at most
     * @return the rows, in the order in which they were set aside
     */
    public List<DeadLetter> list(int most) {
        store.requireOpen();
        return store.read(table -> table.deadLetters(most));
    }

    /**
     * Puts one back behind the rows of its principal that wait, as if it had just been emitted, without an e-mail
     * address.
     *
     * @param id which one
     * @return how many were put back: none if it is not there
     */
    public int retry(long id) {
        return retryThese(List.of(id));
    }

    /**
     * Puts every one back that is there now.
     *
     * @return how many were put back
     */
    public int retryAll() {
        store.requireOpen();
        long last = store.read(OutboxTable::lastDead);
        int retried = 0;
        List<Long> some;
        do {
            some = store.read(table -> table.deadUpTo(last, Outbox.MAX_PER_STEP));
            retried += retryThese(some);
        } while (some.size() == Outbox.MAX_PER_STEP);
        return retried;
    }

    private int retryThese(List<Long> ids) {
        return store.write((table, checkCancelled) -> {
            long now = clock.millis();
            int retried = 0;
            for (long id : ids) {
                retried += table.retry(id, now) ? 1 : 0;
            }
            due.changedIf(retried > 0);
            return retried;
        });
    }

    /**
     * Deletes one: it will never be billed.
     *
     * @param id which one
     * @return what it was, if there was one
     */
    public Optional<DeadLetter> discard(long id) {
        return store.write((table, checkCancelled) -> table.discard(id));
    }
}
