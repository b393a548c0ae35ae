package id.lum.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import id.lum.hooks.HookRejection;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.hooks.lumilake.Schedule;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import id.lum.testing.CapturedLog;
import id.lum.testing.Together;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every {@link OptimizerProvider} promises, and the optimizers that it makes. */
public abstract class OptimizerProviderContract {
    private static final String BEARER = "the-token-of-a-submitter-41ce";

    /** For subclasses. */
    protected OptimizerProviderContract() {}

    /**
     * The provider to test, with at least one optimizer on offer.
     *
     * @return the same one whenever it is asked during a test
     * @throws Exception to fail the test
     */
    protected abstract OptimizerProvider provider() throws Exception;

    /**
     * See {@link ClosableHook}.
     *
     * @return the calls
     * @throws Exception to fail the test
     */
    public Map<String, Executable> answeredCalls() throws Exception {
        OptimizerProvider provider = provider();
        String name = anyName();
        return Map.of("schedule", () -> provider.create(name).schedule(diamond(), BEARER));
    }

    private String anyName() throws Exception {
        return provider().names().stream().findFirst().orElseThrow(() -> new AssertionError("Nothing is on offer."));
    }

    /** Four nodes, two of them free at the same time. */
    private static ScheduleRequest diamond() {
        Map<String, Set<String>> dependencies = new LinkedHashMap<>();
        dependencies.put("load", Set.of());
        dependencies.put("left", Set.of("load"));
        dependencies.put("right", Set.of("load"));
        dependencies.put("join", Set.of("left", "right"));
        return new ScheduleRequest(
                new TaskGraph(dependencies, Map.of("nodes", List.of("load", "left", "right", "join"))),
                List.of("worker-1", "worker-2"),
                Map.of("worker-1", Map.of("gpus", 1)),
                Optional.empty());
    }

    @Test
    void namesAreNotBlankAndStayWhileNothingChanges() throws Exception {
        Set<String> names = provider().names();
        assertFalse(names.isEmpty(), "Nothing is on offer.");
        names.forEach(name -> assertFalse(name.isBlank(), "A name is blank."));
        assertEquals(names, provider().names());
    }

    @Test
    void aNameOnOfferMakesAnOptimizerInAnySpelling() throws Exception {
        String name = anyName();
        for (String spelling : List.of(name, name.toUpperCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))) {
            assertNotNull(provider().create(spelling), spelling);
        }
    }

    @Test
    void aNameThatIsNotOnOfferIsRejected() throws Exception {
        OptimizerProvider provider = provider();
        for (String odd : Strangers.TEXTS) {
            HookRejection rejection = Rejections.rejectionOf("The name '" + odd + "'", () -> provider.create(odd));
            assertTrue(rejection.status() < 500, "No such name is an answer, and not " + rejection.status() + ".");
        }
    }

    @Test
    void aGraphIsPlannedAgainAndAgain() throws Exception {
        Schedule first = provider().create(anyName()).schedule(diamond(), BEARER);
        assertNotNull(first);
        assertNotNull(provider().create(anyName()).schedule(diamond(), BEARER));
    }

    @Test
    void theTokenOfTheSubmitterReachesNoLogLine() throws Exception {
        try (CapturedLog log = CapturedLog.ofStreams()) {
            provider().create(anyName()).schedule(diamond(), BEARER);
            assertFalse(log.text().contains(BEARER), "A log line contains the submitter's token.");
        }
    }

    @Test
    void absentArgumentsAreAFaultOfTheCaller() throws Exception {
        OptimizerProvider provider = provider();
        String name = anyName();
        Rejections.assertRefusesNull("create", () -> provider.create(null));
        Rejections.assertRefusesNull("schedule", () -> provider.create(name).schedule(null, BEARER));
    }

    @Test
    void callersAtTheSameTimeAllGetAPlan() throws Exception {
        OptimizerProvider provider = provider();
        String name = anyName();
        Together.run(thread -> {
            for (int i = 0; i < 5; i++) {
                assertNotNull(provider.create(name).schedule(diamond(), BEARER));
            }
        });
    }
}
