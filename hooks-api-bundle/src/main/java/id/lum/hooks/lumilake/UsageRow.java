package id.lum.hooks.lumilake;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one Lumilake job did. Immutable. It carries no price; a sink that bills sets one.
 *
 * <p>Refused with an {@link IllegalArgumentException} if an id is blank, a text holds an unpaired surrogate and so
 * cannot be stored, or a number is not finite.
 *
 * @param orgId the organisation of who submitted, empty when there is none
 * @param principalId who submitted; not blank
 * @param jobId the job; not blank
 * @param status how it stands, as Lumilake words it
 * @param submittedAt when it was submitted
 * @param startedAt when it started, if it did
 * @param finishedAt when it finished, if it did
 * @param optimizationSec how long its schedule took to plan, in seconds, if it was planned
 * @param traceIds the traces it left, in order
 * @param emittedAt when this row was made
 */
public record UsageRow(
        String orgId,
        String principalId,
        String jobId,
        String status,
        Instant submittedAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        OptionalDouble optimizationSec,
        List<String> traceIds,
        Instant emittedAt) {

    public UsageRow {
        requireStorable(orgId, "org id");
        requireId(principalId, "principal id");
        requireId(jobId, "job id");
        requireStorable(status, "status");
        requireNonNull(submittedAt, "submittedAt");
        requireNonNull(startedAt, "startedAt");
        requireNonNull(finishedAt, "finishedAt");
        requireNonNull(emittedAt, "emittedAt");
        if (optimizationSec.isPresent() && !Double.isFinite(optimizationSec.getAsDouble())) {
            throw new IllegalArgumentException(
                    "A usage row needs an optimization time in seconds that is a finite number, not "
                            + optimizationSec.getAsDouble() + ".");
        }
        traceIds = List.copyOf(traceIds);
        traceIds.forEach(id -> requireStorable(id, "trace id"));
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
}
