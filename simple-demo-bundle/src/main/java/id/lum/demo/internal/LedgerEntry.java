package id.lum.demo.internal;

import id.lum.hooks.LogSafe;
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
                    "task " + LogSafe.of(task.taskId()) + " of " + LogSafe.of(task.principalId()) + ": "
                            + LogSafe.of(task.taskStatus()) + ", cost "
                            + task.cost().toPlainString(),
                    Optional.of(task.cost()));
        }
        if (row instanceof id.lum.hooks.lumilake.UsageRow job) {
            return new LedgerEntry(
                    new Job(job.jobId()),
                    "job " + LogSafe.of(job.jobId()) + " of " + LogSafe.of(job.principalId()) + ": "
                            + LogSafe.of(job.status()),
                    Optional.empty());
        }
        // Of a host's own type only the name is shown: its text may hold anything.
        return new LedgerEntry(row, "a " + LogSafe.of(row.getClass().getName()), Optional.empty());
    }
}
