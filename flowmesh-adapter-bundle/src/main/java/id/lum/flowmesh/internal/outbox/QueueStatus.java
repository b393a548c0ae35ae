package id.lum.flowmesh.internal.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * What an operator gets to know of a principal's rows that wait. It has no e-mail address.
 *
 * @param principalId whose rows
 * @param taskId the task of the oldest, which the others wait for
 * @param emittedAt when that was emitted
 * @param rows how many wait
 * @param held whether the e-mail address is not known
 * @param dueAt when the oldest is tried again
 * @param refusals how often Runmesh has refused the oldest
 * @param failures how often in a row the outcome of an attempt was unknown
 * @param lastError what was said at the last attempt, printable
 */
public record QueueStatus(
        String principalId,
        String taskId,
        Instant emittedAt,
        long rows,
        boolean held,
        Instant dueAt,
        int refusals,
        int failures,
        Optional<String> lastError) {}
