package id.lum.flowmesh.internal.outbox;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A row that was set aside. It has no e-mail address any more.
 *
 * @param id its number among the dead letters, never used again
 * @param principalId who should have paid
 * @param taskId the task
 * @param cost the price, exact
 * @param emittedAt when it was emitted, or last retried
 * @param diedAt when it was set aside
 * @param reason why, printable
 */
public record DeadLetter(
        long id,
        String principalId,
        String taskId,
        BigDecimal cost,
        Instant emittedAt,
        Instant diedAt,
        String reason) {}
