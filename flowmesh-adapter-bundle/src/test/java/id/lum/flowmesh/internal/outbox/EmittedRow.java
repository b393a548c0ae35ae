package id.lum.flowmesh.internal.outbox;

import id.lum.hooks.flowmesh.UsageRow;
import java.util.Optional;

/**
 * A row for tests, and what the directory knows when it is emitted.
 *
 * @param row the row
 * @param email the address of its principal, if it is known then
 */
public record EmittedRow(UsageRow row, Optional<String> email) {}
