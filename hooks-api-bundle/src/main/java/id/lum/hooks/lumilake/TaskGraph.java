package id.lum.hooks.lumilake;

import id.lum.hooks.LogSafe;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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
    /** The nodes of a circle that a refusal names. */
    private static final int MAX_NAMED = 8;

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

    /** Kahn's algorithm: take what waits for nothing, release what waited for it. Linear in nodes and dependencies. */
    private static List<String> sorted(Map<String, Set<String>> dependencies) {
        Map<String, Integer> waitsFor = new LinkedHashMap<>();
        Map<String, List<String>> releases = new LinkedHashMap<>();
        dependencies.forEach((node, needed) -> {
            waitsFor.put(node, needed.size());
            for (String one : needed) {
                if (!dependencies.containsKey(one)) {
                    throw new IllegalArgumentException("Node " + LogSafe.of(node) + " of the graph waits for "
                            + LogSafe.of(one) + ", which is not in the graph.");
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
            throw new IllegalArgumentException(
                    "Nodes of the graph wait for each other in a circle: " + circle(dependencies, order) + ".");
        }
        return List.copyOf(order);
    }

    /** One circle among the nodes that could not be put in order: each of them waits for another one. */
    private static String circle(Map<String, Set<String>> dependencies, List<String> order) {
        Set<String> ordered = new HashSet<>(order);
        Set<String> path = new LinkedHashSet<>();
        String node = firstOutside(ordered, dependencies.keySet());
        while (path.add(node)) {
            node = firstOutside(ordered, dependencies.get(node));
        }
        List<String> steps = new ArrayList<>(path);
        List<String> circle = steps.subList(steps.indexOf(node), steps.size());
        String names = circle.stream().limit(MAX_NAMED).map(LogSafe::of).collect(Collectors.joining(", ", "[", ""));
        return names + (circle.size() > MAX_NAMED ? ", and " + (circle.size() - MAX_NAMED) + " more]" : "]");
    }

    private static String firstOutside(Set<String> ordered, Set<String> nodes) {
        return nodes.stream().filter(one -> !ordered.contains(one)).findFirst().orElseThrow();
    }
}
