package id.lum.flowmesh.internal.billing;

import java.util.ArrayList;
import java.util.List;

/** Which of the rows that are due are sent next, when there is not room for all. */
final class FairSelection {
    /** How many rows that failed before may be under way while others wait: neither keep the other waiting. */
    static final int MAX_FAILED = 2;

    private FairSelection() {}

    /**
     * Those that are sent.
     *
     * @param due the rows, in the order of their turns
     * @param room how many may be sent
     * @param underWay those that are under way
     * @return as many as there is room for: those that have not failed first, but for the share of those that have
     */
    static List<AddressedRow> next(List<AddressedRow> due, int room, List<PendingRow> underWay) {
        List<AddressedRow> fresh =
                due.stream().filter(one -> !hasFailed(one.row())).toList();
        List<AddressedRow> again =
                due.stream().filter(one -> hasFailed(one.row())).toList();
        long share =
                MAX_FAILED - underWay.stream().filter(FairSelection::hasFailed).count();
        long kept = Math.min(Math.max(share, 0), again.size());
        List<AddressedRow> next =
                new ArrayList<>(fresh.stream().limit(Math.max(room - kept, 0)).toList());
        again.stream().limit(room - next.size()).forEach(next::add);
        return next;
    }

    private static boolean hasFailed(PendingRow row) {
        return row.failures() > 0;
    }
}
