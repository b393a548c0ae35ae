package id.lum.flowmesh.internal.billing;

import id.lum.hooks.LogSafe;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * The oldest row of a principal that waits for its delivery.
 *
 * @param seq its number, never used again for another row
 * @param principalId who pays
 * @param email the address to bill: the newest that came with a row of this principal that waits; not printed
 * @param taskId the task
 * @param cost the price, exact
 * @param runtimeSec how long the task ran, in seconds
 * @param costPerHour the rate, per hour
 * @param taskStatus how it ended
 * @param emittedAt when it was emitted, or last retried by an operator
 * @param refusals how often it was refused
 * @param refusedSince when it was refused first
 * @param failures how often in a row the other side has failed since one of this principal's rows was answered
 */
record PendingRow(
        long seq,
        String principalId,
        Optional<String> email,
        String taskId,
        BigDecimal cost,
        BigDecimal runtimeSec,
        BigDecimal costPerHour,
        String taskStatus,
        Instant emittedAt,
        int refusals,
        Optional<Instant> refusedSince,
        int failures) {

    @Override
    public String toString() {
        return "usage row " + seq + " of principal " + LogSafe.of(principalId) + ", task " + LogSafe.of(taskId);
    }
}
