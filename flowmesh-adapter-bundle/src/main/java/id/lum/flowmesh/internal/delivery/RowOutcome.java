package id.lum.flowmesh.internal.delivery;

import id.lum.flowmesh.internal.outbox.Outcome;
import id.lum.flowmesh.internal.usage.PendingRow;

/** A row and what became of it. */
record RowOutcome(PendingRow row, Outcome outcome) {}
