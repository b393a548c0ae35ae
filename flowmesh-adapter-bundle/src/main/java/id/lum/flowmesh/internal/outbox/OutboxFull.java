package id.lum.flowmesh.internal.outbox;

/** The outbox holds as many rows as it may: nothing of the call was written. */
public final class OutboxFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutboxFull(int offered, OutboxTotals totals, long mostRows) {
        super(offered + " more usage rows do not fit: the outbox holds " + totals.pending() + " that wait and "
                + totals.deadLetters() + " dead letters, and outbox.max.rows is " + mostRows
                + ". See why they are not delivered, retry or discard dead letters, or raise outbox.max.rows.");
    }
}
