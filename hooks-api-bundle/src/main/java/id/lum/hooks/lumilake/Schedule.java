package id.lum.hooks.lumilake;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An optimizer's plan. Immutable.
 *
 * @param workerAssignment for each worker, the nodes it runs, in order; whether the names are workers is the host's to
 *     check
 */
public record Schedule(Map<String, List<String>> workerAssignment) {

    public Schedule {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        workerAssignment.forEach((worker, nodes) -> copy.put(worker, List.copyOf(nodes)));
        workerAssignment = Collections.unmodifiableMap(copy);
    }
}
