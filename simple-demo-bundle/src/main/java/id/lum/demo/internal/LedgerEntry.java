package id.lum.demo.internal;

import id.lum.hooks.Printable;
import id.lum.hooks.flowmesh.UsageRow;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * One unit of work in the ledger.
 *
 * @param work what makes two rows the same unit of work
 * @param line the row as a command shows it
 * @param cost what it cost, if its type carries a price
 */
record LedgerEntry(Object work, String line, Optional<BigDecimal> cost) {
    private record Task(String id) {}

    private record Job(String id) {}

    static LedgerEntry of(Object row) {
        if (row instanceof UsageRow task) {
            return new LedgerEntry(
                    new Task(task.taskId()),
                    "task " + Printable.of(task.taskId()) + " of " + Printable.of(task.principalId()) + ": "
                            + Printable.of(task.taskStatus()) + ", cost "
                            + task.cost().toPlainString(),
                    Optional.of(task.cost()));
        }
        if (row instanceof id.lum.hooks.lumilake.UsageRow job) {
            return new LedgerEntry(
                    new Job(job.jobId()),
                    "job " + Printable.of(job.jobId()) + " of " + Printable.of(job.principalId()) + ": "
                            + Printable.of(job.status()),
                    Optional.empty());
        }
        // Of a host's own type only the name is shown: its text may hold anything.
        return new LedgerEntry(row, "a " + Printable.of(row.getClass().getName()), Optional.empty());
    }
}
