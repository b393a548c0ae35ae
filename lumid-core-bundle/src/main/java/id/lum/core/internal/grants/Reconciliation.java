package id.lum.core.internal.grants;

import id.lum.hooks.ReconcileResult;
import id.lum.support.sqlite.SqliteStore;
import id.lum.support.sqlite.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One reconcile: reads the table slice by slice, confirms what is listed in short transactions between which other
 * writes go on, and then deletes in one transaction what is left from before the session. Runs in its caller's thread.
 *
 * <p>In the order of the rows, not of the list: each page is then written once, however the rows came in.
 */
final class Reconciliation {
    /** Such a step keeps other writes waiting for some milliseconds. */
    static final int ROWS_PER_STEP = 5000;

    private final SqliteStore<GrantTable> store;
    private final GrantCache cache;
    private final ListedResources listed;
    private final Duration longest;

    /** @param longest after how long it is given up between two steps */
    Reconciliation(SqliteStore<GrantTable> store, GrantCache cache, ListedResources listed, Duration longest) {
        this.store = store;
        this.cache = cache;
        this.listed = listed;
        this.longest = longest;
    }

    /**
     * Does it.
     *
     * @param timestamps asked once, by the writer: every grant made from then on has a later stamp
     * @param rowsPerStep how many rows are looked at, and confirmed, at once
     */
    ReconcileResult run(Timestamps timestamps, int rowsPerStep) {
        if (listed.isWithoutEffect()) {
            return ReconcileResult.NOTHING;
        }
        long start = System.nanoTime();
        ConfirmationStamps stamps = store.betweenTransactions(
                (table, checkCancelled) -> new ConfirmationStamps(timestamps.sessionStart(), timestamps.next()));
        List<RowRange> swept = new ArrayList<>();
        long confirmed = 0;
        GrantSlice slice = GrantSlice.NONE;
        while (!slice.isLast()) {
            requireTime(start);
            long after = slice.lastRow();
            slice = store.read(table -> table.slice(after, rowsPerStep, stamps, listed));
            confirmed += slice.confirmedBefore() + confirm(slice.toConfirm(), stamps);
            if (slice.hasSwept()) {
                swept.add(new RowRange(after + 1, slice.lastRow()));
            }
        }
        return new ReconcileResult(confirmed, swept.isEmpty() ? 0 : delete(swept, stamps));
    }

    private void requireTime(long start) {
        if (System.nanoTime() - start > longest.toNanos()) {
            throw new StoreUnavailable("The reconcile took longer than " + longest
                    + ". It has deleted nothing; what it has confirmed stays.");
        }
    }

    private long confirm(List<RowRange> ranges, ConfirmationStamps stamps) {
        return ranges.isEmpty() ? 0 : store.writeAlone((table, checkCancelled) -> table.confirm(ranges, stamps));
    }

    private long delete(List<RowRange> ranges, ConfirmationStamps stamps) {
        return store.writeAlone((table, checkCancelled) -> {
            long deleted = 0;
            for (RowRange range : ranges) {
                checkCancelled.run();
                // Looks at each row once more: since it was read, anything may have happened.
                deleted +=
                        table.sweep(range, stamps.sessionStart(), listed, key -> cache.changing(key, Optional.empty()));
            }
            checkCancelled.run();
            return deleted;
        });
    }
}
