package id.lum.core.internal.grants;

/**
 * What tells in one reconcile which rows are still to be confirmed, see {@link #UNCONFIRMED}.
 *
 * @param sessionStart a row last seen before that goes unless it is listed
 * @param now what confirmed rows get; later than the stamp of every row written before, earlier than of those after
 */
record ConfirmationStamps(String sessionStart, String now) {
    /**
     * The condition, for ?1 {@code now} and ?2 {@code sessionStart}. A row of this session that is as it was granted
     * counts, because a confirmation makes the receipt of a claim void; but not one that came in since the reconcile
     * began, which may be of another resource than the row that was read.
     */
    static final String UNCONFIRMED = "(last_seen_at < ?2 OR last_seen_at = granted_at AND last_seen_at < ?1)";
}
