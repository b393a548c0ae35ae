package id.lum.hooks.lumilake;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an optimizer is asked to plan. Immutable.
 *
 * <p>Refused with an {@link IllegalArgumentException} if there is no worker, a worker stands twice, or something is no
 * JSON value.
 *
 * @param graph the work
 * @param workerNames the workers to plan for, in the host's order
 * @param workerProfiles what is known of each worker, by name, in JSON values
 * @param dataProfileResults what is known of the data, in JSON values, if it was profiled
 */
public record ScheduleRequest(
        TaskGraph graph,
        List<String> workerNames,
        Map<String, Object> workerProfiles,
        Optional<Map<String, Object>> dataProfileResults) {

    public ScheduleRequest {
        requireNonNull(graph, "graph");
        workerNames = List.copyOf(workerNames);
        if (workerNames.isEmpty()) {
            throw new IllegalArgumentException("A schedule needs at least one worker.");
        }
        if (new HashSet<>(workerNames).size() < workerNames.size()) {
            throw new IllegalArgumentException("A schedule needs workers of different names; one stands twice.");
        }
        workerProfiles = JsonValues.object(workerProfiles, "worker profiles");
        dataProfileResults = dataProfileResults.map(results -> JsonValues.object(results, "data profile results"));
    }
}
