package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.HookRejection;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.Worker;
import id.lum.hooks.lumilake.LumilakeHooks;
import id.lum.hooks.lumilake.Optimizer;
import id.lum.hooks.lumilake.OptimizerHandle;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.hooks.lumilake.Schedule;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import id.lum.testing.Await;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedViewsTest {
    private static final ScheduleRequest REQUEST = new ScheduleRequest(
            new TaskGraph(Map.of("n", Set.of()), Map.of()), List.of("w"), Map.of(), Optional.empty());

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private static TestView viewOf(String host) {
        return new TestView(REGISTRY, Map.of("host", host, "required", ""));
    }

    /** An optimizer that assigns everything to a worker of its own name. */
    private static OptimizerProvider offering(String... names) {
        return new OptimizerProvider() {
            @Override
            public Set<String> names() {
                return new LinkedHashSet<>(List.of(names));
            }

            @Override
            public Optimizer create(String name) {
                return (request, bearer) -> new Schedule(Map.of(names[0] + "/" + name + "/" + bearer, List.of("n")));
            }
        };
    }

    private static String plannedBy(OptimizerHandle handle) {
        return Calls.outcome(() ->
                String.join("", handle.schedule(REQUEST, "t").workerAssignment().keySet()));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            none,            ''
            defers,          ''
            acme,            acme
            defers acme eve, acme
            throws acme,     503 The supplier hook of this server failed.
            """)
    void theFirstSupplierThatIsNamedWins(String resolvers, String answer) {
        try (TestView view = viewOf("flowmesh")) {
            int ranking = 9;
            for (String word : resolvers == null ? new String[0] : resolvers.split(" ")) {
                REGISTRY.register("flowmesh", TestRegistry.SUPPLIER, word, ranking--, worker -> {
                    if (word.equals("throws")) {
                        throw new IllegalStateException("broken");
                    }
                    return Optional.of(word).filter(supplier -> !supplier.equals("defers"));
                });
            }
            Worker worker = new Worker("w", "", "", "", List.of(), Map.of());
            FlowmeshHooks hooks = new FlowmeshHooks(view.hooks());
            assertThat(Calls.outcome(() -> hooks.supplierOf(worker))).isEqualTo(answer);
        }
    }

    @Test
    void theFirstProviderThatOffersANameInAnySpellingPlans() {
        try (TestView view = viewOf("lumilake")) {
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "other", 9, offering("Greedy"));
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "first", 5, offering("halo", "simple"));
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "second", 1, offering("SIMPLE"));
            LumilakeHooks hooks = new LumilakeHooks(view.hooks());
            assertThat(hooks.optimizers()).containsExactly("Greedy", "halo", "simple");
            assertThat(plannedBy(hooks.optimizer("Simple"))).isEqualTo("halo/Simple/t");
            assertThat(plannedBy(hooks.optimizer("GREEDY"))).isEqualTo("Greedy/GREEDY/t");
        }
    }

    @Test
    void ofTwoSpellingsTheFirstListedIsShown() {
        try (TestView view = viewOf("lumilake")) {
            REGISTRY.register(
                    "lumilake", TestRegistry.OPTIMIZER, "p", 0, offering("halo", "Greedy", "GREEDY", "greedy"));
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "q", 0, offering("HALO"));
            assertThat(new LumilakeHooks(view.hooks()).optimizers()).containsExactly("Greedy", "halo");
        }
    }

    @Test
    void anUnknownNameIs400AndListsWhatIsOnOffer() {
        try (TestView view = viewOf("lumilake")) {
            LumilakeHooks hooks = new LumilakeHooks(view.hooks());
            assertThat(Calls.outcome(() -> hooks.optimizer("x"))).isEqualTo("400 Unknown optimizer x; on offer: none.");
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "p", 0, offering("b", "A"));
            assertThat(Calls.outcome(() -> hooks.optimizer("x"))).isEqualTo("400 Unknown optimizer x; on offer: A, b.");
        }
    }

    @Test
    void aProviderThatFailsIsNoMatterToANameThatAnotherOffersBeforeIt() {
        try (TestView view = viewOf("lumilake")) {
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "well", 9, offering("simple"));
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "broken", 1, new OptimizerProvider() {
                @Override
                public Set<String> names() {
                    throw new IllegalStateException("broken");
                }

                @Override
                public Optimizer create(String name) {
                    throw new IllegalStateException("broken");
                }
            });
            LumilakeHooks hooks = new LumilakeHooks(view.hooks());
            assertThat(plannedBy(hooks.optimizer("simple"))).isEqualTo("simple/simple/t");
            assertThat(Calls.outcome(() -> hooks.optimizer("other")))
                    .isEqualTo("503 The optimizer hook of this server failed.");
        }
    }

    @Test
    void aHandleFindsItsProviderAnewAtEveryCall() throws Exception {
        try (TestView view = viewOf("lumilake")) {
            var old = REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "p", 0, offering("old", "simple"));
            OptimizerHandle handle = new LumilakeHooks(view.hooks()).optimizer("simple");
            assertThat(plannedBy(handle)).isEqualTo("old/simple/t");
            REGISTRY.unregister(old);
            var call = Calls.start(() -> plannedBy(handle));
            view.waitForWaiting(1);
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "p", 0, offering("new", "simple"));
            assertThat(Await.result(call)).isEqualTo("new/simple/t");
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "q", 9, offering("better", "simple"));
            assertThat(plannedBy(handle)).isEqualTo("better/simple/t");
        }
    }

    @Test
    void aNameThatIsNoLongerOnOfferIs400AtTheScheduleCall() {
        try (TestView view = viewOf("lumilake")) {
            var provider = REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "p", 0, offering("simple"));
            OptimizerHandle handle = new LumilakeHooks(view.hooks()).optimizer("simple");
            REGISTRY.unregister(provider);
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "p", 0, offering("halo"));
            assertThat(plannedBy(handle)).isEqualTo("400 Unknown optimizer simple; on offer: halo.");
        }
    }

    @Test
    void anOptimizersRejectionReachesTheHost() {
        try (TestView view = viewOf("lumilake")) {
            REGISTRY.register("lumilake", TestRegistry.OPTIMIZER, "p", 0, new OptimizerProvider() {
                @Override
                public Set<String> names() {
                    return Set.of("simple");
                }

                @Override
                public Optimizer create(String name) {
                    return (request, bearer) -> {
                        throw new HookRejection(422, "No plan.");
                    };
                }
            });
            assertThat(plannedBy(new LumilakeHooks(view.hooks()).optimizer("simple")))
                    .isEqualTo("422 No plan.");
        }
    }
}
