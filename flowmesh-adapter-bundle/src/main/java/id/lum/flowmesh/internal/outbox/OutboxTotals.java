package id.lum.flowmesh.internal.outbox;

/** How many rows there are: those that wait, and those set aside. */
record OutboxTotals(long pending, long deadLetters) {
    boolean haveRoomFor(int more, long mostRows) {
        return pending + deadLetters + more <= mostRows;
    }
}
