package id.lum.flowmesh.internal.billing;

import java.time.Instant;
import java.util.Optional;

/**
 * What an outbox holds, and what it has written since it was opened.
 *
 * @param live rows that wait for delivery
 * @param dead rows set aside
 * @param lanes principals with rows that wait
 * @param held those of them whose e-mail address is not known
 * @param oldest when the oldest row that waits was emitted
 * @param writes calls that wrote
 * @param commits transactions made for them, each one fsync
 */
record OutboxMetrics(
        long live, long dead, long lanes, long held, Optional<Instant> oldest, long writes, long commits) {}
