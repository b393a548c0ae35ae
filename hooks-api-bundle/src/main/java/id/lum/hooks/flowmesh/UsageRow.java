package id.lum.hooks.flowmesh;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * What one FlowMesh task cost. Immutable. Billing is idempotent on the task id.
 *
 * <p>Refused with an {@link IllegalArgumentException} if an id is blank, a text holds an unpaired surrogate and so
 * cannot be stored, a number is not finite, or the cost has more than 60 digits before or after its point.
 *
 * @param orgId the organisation of who pays, empty when there is none
 * @param principalId who pays; not blank
 * @param supplierId who supplied the machine, if it is known
 * @param occurredAt when the work ended
 * @param cost the price, exact
 * @param taskId the task; not blank
 * @param runtimeSec how long it ran, in seconds
 * @param costPerHour the rate, per hour
 * @param taskStatus how it ended, as FlowMesh words it
 */
public record UsageRow(
        String orgId,
        String principalId,
        Optional<String> supplierId,
        Instant occurredAt,
        BigDecimal cost,
        String taskId,
        double runtimeSec,
        double costPerHour,
        String taskStatus) {
    private static final int MAX_DIGITS = 60;

    public UsageRow {
        requireStorable(orgId, "org id");
        requireId(principalId, "principal id");
        requireNonNull(supplierId, "supplierId").ifPresent(id -> requireStorable(id, "supplier id"));
        requireNonNull(occurredAt, "occurredAt");
        requireWritable(requireNonNull(cost, "cost"));
        requireId(taskId, "task id");
        requireFinite(runtimeSec, "runtime in seconds");
        requireFinite(costPerHour, "cost per hour");
        requireStorable(taskStatus, "task status");
    }

    /**
     * The exact decimal of a cost that the host has as a floating point number: the shortest that reads back as the
     * same number.
     *
     * @param cost the price
     * @return the decimal
     * @throws IllegalArgumentException if the cost is not finite
     */
    public static BigDecimal exactCost(double cost) {
        requireFinite(cost, "cost");
        return BigDecimal.valueOf(cost);
    }

    /** A decimal such as 1E+999999999 is finite, and a gigabyte once it is added up or written in plain digits. */
    private static void requireWritable(BigDecimal cost) {
        if (cost.scale() > MAX_DIGITS || (long) cost.precision() - cost.scale() > MAX_DIGITS) {
            throw new IllegalArgumentException(
                    "A usage row needs a cost of at most " + MAX_DIGITS + " digits before and after its point.");
        }
    }

    private static void requireId(String id, String what) {
        if (requireStorable(id, what).isBlank()) {
            throw new IllegalArgumentException("A usage row needs a " + what + " that is not blank.");
        }
    }

    /** Half a surrogate pair has no UTF-8 form: no sink could store or send it. */
    private static String requireStorable(String text, String what) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(requireNonNull(text, what))) {
            throw new IllegalArgumentException("A usage row needs a " + what
                    + " that can be stored; this one holds an unpaired surrogate, as a text does that was cut inside a"
                    + " character.");
        }
        return text;
    }

    private static void requireFinite(double number, String what) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException(
                    "A usage row needs a " + what + " that is a finite number, not " + number + ".");
        }
    }
}
