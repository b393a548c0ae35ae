package id.lum.flowmesh.internal.delivery;

import id.lum.flowmesh.internal.usage.PendingRow;
import java.util.ArrayList;
import java.util.List;

/** Which of the rows that are due are sent next, when not all may be sent. */
final class FairSelection {
    /** How many rows that failed before may be under way while others wait: neither keep the other waiting. */
    static final int MAX_FAILED = 2;

    private FairSelection() {}

    /**
     * Those that are sent.
     *
     * @param due the rows, the one that has been due longest first
     * @param permits how many may be sent
     * @param underWay those that are under way
     * @return as many as are permitted: those that have not failed first, but for the share of those that have
     */
    static List<PendingRow> next(List<PendingRow> due, int permits, List<PendingRow> underWay) {
        List<PendingRow> fresh = due.stream().filter(one -> !hasFailed(one)).toList();
        List<PendingRow> again = due.stream().filter(one -> hasFailed(one)).toList();
        long share =
                MAX_FAILED - underWay.stream().filter(FairSelection::hasFailed).count();
        long kept = Math.min(Math.max(share, 0), again.size());
        List<PendingRow> next = new ArrayList<>(
                fresh.stream().limit(Math.max(permits - kept, 0)).toList());
        again.stream().limit(permits - next.size()).forEach(next::add);
        return next;
    }

    private static boolean hasFailed(PendingRow row) {
        return row.failures() > 0;
    }
}
