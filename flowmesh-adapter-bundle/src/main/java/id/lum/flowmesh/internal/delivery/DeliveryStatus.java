package id.lum.flowmesh.internal.delivery;

import java.time.Instant;
import java.util.Optional;

/**
 * What an operator sees of a delivery.
 *
 * @param policy where rows are delivered, and when they become dead letters
 * @param underWay how many rows have been sent whose answers are still due, or not recorded yet
 * @param openUntil until when Runmesh is not called; empty while the circuit is closed
 * @param lastTrouble what was wrong with the last answer, empty if nothing
 */
public record DeliveryStatus(DeliveryPolicy policy, int underWay, Optional<Instant> openUntil, String lastTrouble) {}
