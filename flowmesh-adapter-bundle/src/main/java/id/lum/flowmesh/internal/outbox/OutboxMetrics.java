package id.lum.flowmesh.internal.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * What an outbox holds, and what it has written since it was opened.
 *
 * @param pending rows that wait for delivery
 * @param deadLetters rows set aside
 * @param principals principals with rows that wait
 * @param withoutEmail those of them whose e-mail address is not known
 * @param oldest when the oldest row that waits was emitted
 * @param writes calls that wrote
 * @param commits transactions made for them, each one fsync
 */
public record OutboxMetrics(
        long pending,
        long deadLetters,
        long principals,
        long withoutEmail,
        Optional<Instant> oldest,
        long writes,
        long commits) {}
