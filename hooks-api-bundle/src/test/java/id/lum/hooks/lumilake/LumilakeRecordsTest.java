package id.lum.hooks.lumilake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LumilakeRecordsTest {
    private static Map<String, Set<String>> graph(Object... nodesAndNeeds) {
        Map<String, Set<String>> graph = new LinkedHashMap<>();
        for (int i = 0; i < nodesAndNeeds.length; i += 2) {
            @SuppressWarnings("unchecked")
            Set<String> needs = (Set<String>) nodesAndNeeds[i + 1];
            graph.put((String) nodesAndNeeds[i], needs);
        }
        return graph;
    }

    @Test
    void everyNodeComesAfterWhatItWaitsForAndOtherwiseInTheHostsOrder() {
        TaskGraph graph = new TaskGraph(
                graph(
                        "join",
                        Set.of("left", "right"),
                        "right",
                        Set.of("load"),
                        "left",
                        Set.of("load"),
                        "load",
                        Set.of()),
                Map.of());
        assertThat(graph.topologicalOrder()).containsExactly("load", "right", "left", "join");
    }

    @Test
    void nodesInACircleAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TaskGraph(graph("a", Set.of("b"), "b", Set.of("a"), "c", Set.of()), Map.of()))
                .withMessage("Nodes of the graph wait for each other in a circle: [a, b].");
        assertThatIllegalArgumentException().isThrownBy(() -> new TaskGraph(graph("a", Set.of("a")), Map.of()));
    }

    @Test
    void ofNodesThatLeadToACircleOnlyTheCircleIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TaskGraph(
                        graph("start", Set.of("a"), "a", Set.of("b"), "b", Set.of("a"), "end", Set.of()), Map.of()))
                .withMessage("Nodes of the graph wait for each other in a circle: [a, b].");
    }

    @Test
    void aCircleInALargeGraphIsRefusedInLinearTimeAndInOneSentence() {
        Map<String, Set<String>> graph = new LinkedHashMap<>();
        int nodes = 200_000;
        for (int i = 0; i < nodes; i++) {
            graph.put("free" + i, Set.of());
            graph.put("turn" + i, Set.of("turn" + (i + 1) % nodes));
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> new TaskGraph(graph, Map.of()))
                        .withMessageStartingWith("Nodes of the graph wait for each other in a circle: [turn0, turn1, ")
                        .withMessageEndingWith(" and 199992 more]."));
    }

    @Test
    void aRefusalOfAGraphEscapesAndCutsTheNamesOfItsNodes() {
        String name = "x\n" + "y".repeat(10_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TaskGraph(graph(name, Set.of(name)), Map.of()))
                .satisfies(refusal ->
                        assertThat(refusal.getMessage()).contains("x\\u000ay").hasSizeLessThan(300));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TaskGraph(graph(name, Set.of(name + "z")), Map.of()))
                .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(600));
    }

    @Test
    void aLongNameNearTheRootOfADocumentDoesNotMultiplyItsCost() {
        Map<String, Object> members = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            members.put("member" + i, i);
        }
        Map<String, Object> document = Map.of("x".repeat(1_000_000), members);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> new TaskGraph(Map.of(), document));
        members.put("odd", Double.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TaskGraph(Map.of(), document))
                .satisfies(refusal -> assertThat(refusal.getMessage())
                        .endsWith(".odd is not a finite number.")
                        .hasSizeLessThan(300));
    }

    @Test
    void aNodeThatWaitsForAStrangerIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TaskGraph(graph("a", Set.of("ghost")), Map.of()))
                .withMessage("Node a of the graph waits for ghost, which is not in the graph.");
    }

    @Test
    void theDocumentIsCopiedDeeplyAndKeepsJsonNull() {
        List<Object> inner = new ArrayList<>(List.of("x"));
        Map<String, Object> document = new HashMap<>();
        document.put("list", inner);
        document.put("nothing", null);
        TaskGraph graph = new TaskGraph(Map.of(), document);
        inner.add("y");
        assertThat(graph.document()).containsEntry("list", List.of("x")).containsEntry("nothing", null);
        assertThatThrownBy(() -> graph.document().put("a", 1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void whatIsNoJsonIsRefusedWithItsPlace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TaskGraph(Map.of(), Map.of("a", List.of(1, new StringBuilder()))))
                .withMessage("document.a[1] is a java.lang.StringBuilder, which is no JSON value.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TaskGraph(Map.of(), Map.of("a", Map.of("b", Double.NaN))))
                .withMessage("document.a.b is not a finite number.");
        Map<String, Object> deep = new HashMap<>();
        deep.put("self", deep);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TaskGraph(Map.of(), deep))
                .withMessageContaining("levels deep");
    }

    @Test
    void aScheduleNeedsAWorker() {
        TaskGraph graph = new TaskGraph(Map.of(), Map.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScheduleRequest(graph, List.of(), Map.of(), Optional.empty()))
                .withMessage("A schedule needs at least one worker.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScheduleRequest(graph, List.of("w", "w"), Map.of(), Optional.empty()))
                .withMessageContaining("one stands twice");
    }

    @Test
    void aRowWithHalfASurrogatePairIsRefusedByName() {
        String cut = "FAILED: \ud83d";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row("j", cut, List.of()))
                .withMessageContaining("status that can be stored");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row(cut, "DONE", List.of()))
                .withMessageContaining("job id that can be stored");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row("j", "DONE", List.of("t-1", cut)))
                .withMessageContaining("trace id that can be stored");
    }

    private static UsageRow row(String job, String status, List<String> traces) {
        return new UsageRow(
                "",
                "bob",
                job,
                status,
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                traces,
                Instant.EPOCH);
    }

    @Test
    void aRowWithAnOddNumberOrBlankIdIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row("bob", "j", OptionalDouble.of(Double.NaN)))
                .withMessageContaining("optimization time in seconds");
        assertThatIllegalArgumentException().isThrownBy(() -> row("", "j", OptionalDouble.empty()));
        assertThatIllegalArgumentException().isThrownBy(() -> row("bob", " ", OptionalDouble.empty()));
    }

    @Test
    void kindsAreWordsWithHyphens() {
        assertThat(ResourceKind.OBJECT_PREFIX.id()).isEqualTo("object-prefix");
        assertThat(ResourceAction.CANCEL.id()).isEqualTo("cancel");
    }

    private static UsageRow row(String principal, String job, OptionalDouble planning) {
        return new UsageRow(
                "",
                principal,
                job,
                "DONE",
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                planning,
                List.of(),
                Instant.EPOCH);
    }
}
