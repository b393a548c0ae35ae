package id.lum.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import id.lum.hooks.UsageSink;
import id.lum.testing.Together;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What every {@link UsageSink} promises.
 *
 * @param <R> the usage row
 */
public abstract class UsageSinkContract<R> {
    /** For subclasses. */
    protected UsageSinkContract() {}

    /**
     * The sink to test, which has room.
     *
     * @return the same one whenever it is asked during a test
     * @throws Exception to fail the test
     */
    protected abstract UsageSink<R> sink() throws Exception;

    /**
     * A row for a unit of work. Each call makes another object.
     *
     * @param work the id of the unit of work, which {@link #taken} shows again
     * @return the row
     */
    protected abstract R row(String work);

    /**
     * The units of work that the sink has taken over and not handed on, one element for each row it keeps.
     *
     * @return the ids of the units of work
     * @throws Exception to fail the test
     */
    protected abstract Collection<String> taken() throws Exception;

    /**
     * See {@link ClosableHook}.
     *
     * @return the calls
     * @throws Exception to fail the test
     */
    public Map<String, Executable> answeredCalls() throws Exception {
        UsageSink<R> sink = sink();
        return Map.of("emit", () -> sink.emit(List.of(row("w-late"))));
    }

    private void assertTaken(Set<String> expected) throws Exception {
        List<String> rows = List.copyOf(taken());
        assertEquals(expected, new HashSet<>(rows), "the units of work that were taken over");
        assertEquals(expected.size(), rows.size(), "the rows: each unit of work counts once");
    }

    @Test
    void emittedRowsAreTakenOverWhenTheCallReturns() throws Exception {
        sink().emit(List.of(row("w-1")));
        assertTaken(Set.of("w-1"));
        sink().emit(List.of(row("w-2"), row("w-3")));
        assertTaken(Set.of("w-1", "w-2", "w-3"));
    }

    @Test
    void aUnitOfWorkThatIsEmittedAgainCountsOnce() throws Exception {
        for (int i = 0; i < 3; i++) {
            sink().emit(List.of(row("w-1"), row("w-2")));
        }
        sink().emit(List.of(row("w-3"), row("w-3")));
        assertTaken(Set.of("w-1", "w-2", "w-3"));
    }

    @Test
    void noRowsAreNoReasonToFail() throws Exception {
        sink().emit(List.of());
        assertTaken(Set.of());
    }

    @Test
    void absentRowsAreAFaultOfTheCaller() throws Exception {
        UsageSink<R> sink = sink();
        Rejections.assertRefusesNull("emit", () -> sink.emit(null));
        List<R> withAHole = new ArrayList<>();
        withAHole.add(row("w-1"));
        withAHole.add(null);
        Rejections.assertRefusesNull("emit: a row", () -> sink.emit(withAHole));
        assertTaken(Set.of());
    }

    @Test
    void rowsThatAreEmittedAtTheSameTimeAreAllTakenOver() throws Exception {
        UsageSink<R> sink = sink();
        Together.run(thread -> {
            for (int i = 0; i < 10; i++) {
                sink.emit(List.of(row("w-" + thread + "-" + i), row("shared-" + i)));
            }
        });
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            expected.add("shared-" + i);
            for (int thread = 0; thread < Together.THREADS; thread++) {
                expected.add("w-" + thread + "-" + i);
            }
        }
        assertTaken(expected);
    }
}
