package id.lum.flowmesh.internal.billing;

/** How many rows there are: those that wait, and those set aside. */
record OutboxTotals(long live, long dead) {
    boolean haveRoomFor(int more, long mostRows) {
        return live + dead + more <= mostRows;
    }
}
