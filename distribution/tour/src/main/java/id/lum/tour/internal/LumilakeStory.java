package id.lum.tour.internal;

import id.lum.hooks.lumilake.LumilakeHooks;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A job server has a graph planned. */
final class LumilakeStory {
    private final LumilakeHooks hooks;
    private final Narrator narrator;

    LumilakeStory(LumilakeHooks hooks, Narrator narrator) {
        this.hooks = hooks;
        this.narrator = narrator;
    }

    void tell() {
        narrator.chapter("Lumilake has a graph planned: load, then clean and join, then report.");
        narrator.expect(
                "Optimizers on offer", "[simple]", () -> hooks.optimizers().toString());
        narrator.expect(
                "Optimizer Simple plans it for workers gpu-1 and gpu-2",
                "{gpu-1=[load, join], gpu-2=[clean, report]}",
                () -> Answers.of(() -> hooks.optimizer("Simple")
                        .schedule(request(), FlowmeshStory.USER_TOKEN)
                        .workerAssignment()));
        narrator.expect(
                "Optimizer best is asked for",
                "400 Unknown optimizer best; on offer: simple.",
                () -> Answers.of(() -> hooks.optimizer("best")));
    }

    private static ScheduleRequest request() {
        Map<String, Set<String>> dependencies = new LinkedHashMap<>();
        dependencies.put("load", Set.of());
        dependencies.put("clean", Set.of("load"));
        dependencies.put("join", Set.of("load"));
        dependencies.put("report", Set.of("clean", "join"));
        return new ScheduleRequest(
                new TaskGraph(dependencies, Map.of()), List.of("gpu-1", "gpu-2"), Map.of(), Optional.empty());
    }
}
