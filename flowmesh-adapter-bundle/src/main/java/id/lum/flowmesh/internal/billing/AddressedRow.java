package id.lum.flowmesh.internal.billing;

/**
 * A row that can be sent.
 *
 * @param row the row
 * @param email the address to bill; not printed
 */
record AddressedRow(PendingRow row, String email) {
    @Override
    public String toString() {
        return row.toString();
    }
}
