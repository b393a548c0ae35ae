package id.lum.hooks.flowmesh;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.LogSafe;
import java.util.List;
import java.util.Map;

/**
 * The view of a FlowMesh worker that a supplier resolver gets. Immutable.
 *
 * <p>Refused with an {@link IllegalArgumentException} if the id is blank.
 *
 * @param id the worker; not blank
 * @param nodeId the machine it runs on, empty when unknown
 * @param namespace who runs it, empty when unknown
 * @param cluster the cluster it joined, empty when none
 * @param tags what its operator marked it with
 * @param env the part of its environment that it published; may hold secrets and is therefore left out of
 *     {@link #toString}
 */
public record Worker(
        String id, String nodeId, String namespace, String cluster, List<String> tags, Map<String, String> env) {

    public Worker {
        if (requireNonNull(id, "id").isBlank()) {
            throw new IllegalArgumentException("A worker needs an id that is not blank.");
        }
        requireNonNull(nodeId, "nodeId");
        requireNonNull(namespace, "namespace");
        requireNonNull(cluster, "cluster");
        tags = List.copyOf(tags);
        env = Map.copyOf(env);
    }

    /** One line for logs, without the environment. */
    @Override
    public String toString() {
        return "worker " + LogSafe.of(id) + " (node " + LogSafe.of(nodeId) + ", namespace " + LogSafe.of(namespace)
                + ")";
    }
}
