package id.lum.flowmesh.internal.billing;

/**
 * A row that can be sent.
 *
 * @param row the row
 * @param email the address to bill; not printed
 */
record Addressed(Waiting row, String email) {
    @Override
    public String toString() {
        return row.toString();
    }
}
