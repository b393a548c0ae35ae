package id.lum.hooks;

/**
 * What a reconcile did to the rights that registrars keep.
 *
 * @param confirmed how many rights on listed resources were confirmed; one that was confirmed before in this process
 *     counts too
 * @param deleted how many rights were deleted
 */
public record ReconcileResult(long confirmed, long deleted) {
    /** Of a registrar that keeps nothing. */
    public static final ReconcileResult NOTHING = new ReconcileResult(0, 0);

    public ReconcileResult {
        if (confirmed < 0 || deleted < 0) {
            throw new IllegalArgumentException(
                    "A reconcile counts from 0, not " + confirmed + " confirmed and " + deleted + " deleted.");
        }
    }

    /**
     * The result of two registrars together. Each keeps rights of its own, so the numbers add up.
     *
     * @param other the result of the other registrar
     * @return the sums
     */
    public ReconcileResult plus(ReconcileResult other) {
        return new ReconcileResult(confirmed + other.confirmed, deleted + other.deleted);
    }
}
