package id.lum.demo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.HookRejection;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundRobinOptimizerTest {
    private final RoundRobinOptimizerProvider provider = new RoundRobinOptimizerProvider("lumilake");

    @Test
    void simpleIsOnOffer() {
        assertThat(provider.names()).containsExactly("simple");
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "Simple", "SIMPLE"})
    void anySpellingOfSimpleMakesAnOptimizer(String name) {
        assertThat(plan(name, List.of("w"), Map.of("a", Set.of()))).containsExactly(Map.entry("w", List.of("a")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "simpl", "milp\n"})
    void unknownNameIsRejectedNamingWhatIsOnOffer(String name) {
        assertThatThrownBy(() -> provider.create(name))
                .isInstanceOfSatisfying(
                        HookRejection.class, no -> assertThat(no.status()).isEqualTo(400))
                .hasMessageEndingWith("on offer: simple.")
                .hasMessageNotContaining("\n");
    }

    @Test
    void nodesAreDealtInTopologicalOrderToWorkersInTheHostsOrder() {
        Map<String, Set<String>> graph = new LinkedHashMap<>();
        graph.put("e", Set.of("d"));
        graph.put("d", Set.of("c"));
        graph.put("c", Set.of("b"));
        graph.put("b", Set.of("a"));
        graph.put("a", Set.of());
        assertThat(plan("simple", List.of("w2", "w1"), graph))
                .containsExactly(Map.entry("w2", List.of("a", "c", "e")), Map.entry("w1", List.of("b", "d")));
    }

    @Test
    void workerWithoutNodesIsInThePlan() {
        assertThat(plan("simple", List.of("w1", "w2", "w3"), Map.of("a", Set.of())))
                .containsExactly(Map.entry("w1", List.of("a")), Map.entry("w2", List.of()), Map.entry("w3", List.of()));
    }

    @Test
    void emptyGraphLeavesEveryWorkerIdle() {
        assertThat(plan("simple", List.of("w1", "w2"), Map.of()))
                .containsExactly(Map.entry("w1", List.of()), Map.entry("w2", List.of()));
    }

    @Test
    void planningAgainGivesTheSamePlan() {
        Map<String, Set<String>> graph = Map.of("a", Set.of(), "b", Set.of("a"), "c", Set.of("b"));
        assertThat(plan("simple", List.of("w1", "w2"), graph)).isEqualTo(plan("simple", List.of("w1", "w2"), graph));
    }

    private Map<String, List<String>> plan(String name, List<String> workers, Map<String, Set<String>> graph) {
        ScheduleRequest request =
                new ScheduleRequest(new TaskGraph(graph, Map.of()), workers, Map.of(), Optional.empty());
        return provider.create(name).schedule(request, "bearer").workerAssignment();
    }
}
