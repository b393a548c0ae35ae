package id.lum.core.internal.grants;

import java.util.List;

/**
 * What a reconcile has to do with some rows that follow one another.
 *
 * @param lastRow the last of them
 * @param isLast whether no row follows them
 * @param confirmedBefore how many are on listed resources and need not be confirmed again
 * @param toConfirm where those are that must be; of the others in these ranges, none is unconfirmed
 * @param hasSwept whether there are rows that are to be deleted
 */
record GrantSlice(long lastRow, boolean isLast, long confirmedBefore, List<RowRange> toConfirm, boolean hasSwept) {
    /** Before the first row. */
    static final GrantSlice NONE = new GrantSlice(Long.MIN_VALUE, false, 0, List.of(), false);
}
