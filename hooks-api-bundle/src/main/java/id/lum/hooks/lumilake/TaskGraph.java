package id.lum.hooks.lumilake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The work to be planned: nodes, what each waits for, and the host's own description. Immutable and free of cycles.
 *
 * <p>Refused with an {@link IllegalArgumentException} if a node waits for one that is not in the graph, nodes wait for
 * each other in a circle, or the document holds something that is no JSON value.
 *
 * @param dependencies for every node, in the host's order, the nodes it waits for
 * @param document the graph as the host serializes it, in JSON values; a remote optimizer gets this and nothing else
 */
public record TaskGraph(Map<String, Set<String>> dependencies, Map<String, Object> document) {

    public TaskGraph {
        Map<String, Set<String>> copy = new LinkedHashMap<>();
        dependencies.forEach(
                (node, needed) -> copy.put(node, Collections.unmodifiableSet(new LinkedHashSet<>(needed))));
        dependencies = Collections.unmodifiableMap(copy);
        document = JsonValues.object(document, "document");
        sorted(dependencies);
    }

    /**
     * The nodes so that each comes after all it waits for; among those that are free at the same time, the host's
     * order.
     *
     * @return every node once
     */
    public List<String> topologicalOrder() {
        return sorted(dependencies);
    }

    /** Kahn's algorithm: take what waits for nothing, release what waited for it. */
    private static List<String> sorted(Map<String, Set<String>> dependencies) {
        Map<String, Integer> waitsFor = new LinkedHashMap<>();
        Map<String, List<String>> releases = new LinkedHashMap<>();
        dependencies.forEach((node, needed) -> {
            waitsFor.put(node, needed.size());
            for (String one : needed) {
                if (!dependencies.containsKey(one)) {
                    throw new IllegalArgumentException(
                            "Node " + node + " of the graph waits for " + one + ", which is not in the graph.");
                }
                releases.computeIfAbsent(one, key -> new ArrayList<>()).add(node);
            }
        });
        Deque<String> free = new ArrayDeque<>();
        waitsFor.forEach((node, count) -> {
            if (count == 0) {
                free.add(node);
            }
        });
        List<String> order = new ArrayList<>();
        while (!free.isEmpty()) {
            String node = free.remove();
            order.add(node);
            for (String next : releases.getOrDefault(node, List.of())) {
                if (waitsFor.merge(next, -1, Integer::sum) == 0) {
                    free.add(next);
                }
            }
        }
        if (order.size() < dependencies.size()) {
            List<String> circle = new ArrayList<>(dependencies.keySet());
            circle.removeAll(order);
            throw new IllegalArgumentException("Nodes of the graph wait for each other in a circle: " + circle + ".");
        }
        return List.copyOf(order);
    }
}
