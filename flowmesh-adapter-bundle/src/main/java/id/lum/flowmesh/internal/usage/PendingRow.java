package id.lum.flowmesh.internal.usage;

import id.lum.hooks.LogSafe;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * A usage row as it is stored and sent: the oldest of its principal, with the state of that principal's queue.
 *
 * <p>It holds texts and numbers as they stand in the database, and no row of the hooks API: that checks its values when
 * it is made, and a stored row must be sent even if a later version would refuse it.
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
public record PendingRow(
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

    /** The same row with the address to bill. */
    public PendingRow withEmail(String address) {
        return new PendingRow(
                seq,
                principalId,
                Optional.of(address),
                taskId,
                cost,
                runtimeSec,
                costPerHour,
                taskStatus,
                emittedAt,
                refusals,
                refusedSince,
                failures);
    }

    @Override
    public String toString() {
        return "usage row " + seq + " of principal " + LogSafe.of(principalId) + ", task " + LogSafe.of(taskId);
    }
}
