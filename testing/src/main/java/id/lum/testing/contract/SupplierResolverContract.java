package id.lum.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import id.lum.hooks.flowmesh.SupplierResolver;
import id.lum.hooks.flowmesh.Worker;
import id.lum.testing.Together;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every {@link SupplierResolver} promises. */
public abstract class SupplierResolverContract {
    /** For subclasses. */
    protected SupplierResolverContract() {}

    /**
     * The resolver to test.
     *
     * @return the same one whenever it is asked during a test
     * @throws Exception to fail the test
     */
    protected abstract SupplierResolver resolver() throws Exception;

    /**
     * A worker that the resolver claims.
     *
     * @return the worker
     */
    protected abstract Worker claimed();

    /**
     * Who supplied the machine of the claimed worker.
     *
     * @return the supplier's id
     */
    protected abstract String supplier();

    /**
     * A worker that the resolver does not claim.
     *
     * @return the worker
     */
    protected abstract Worker unclaimed();

    /**
     * See {@link ClosableHook}.
     *
     * @return the calls
     * @throws Exception to fail the test
     */
    public Map<String, Executable> answeredCalls() throws Exception {
        SupplierResolver resolver = resolver();
        return Map.of("supplierOf", () -> resolver.supplierOf(claimed()));
    }

    @Test
    void aClaimedWorkerHasItsSupplierHoweverOftenItIsAskedFor() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertEquals(Optional.of(supplier()), resolver().supplierOf(claimed()));
        }
    }

    @Test
    void anotherWorkerIsNotClaimed() throws Exception {
        Optional<String> answer = resolver().supplierOf(unclaimed());
        assertNotNull(answer);
        assertEquals(Optional.empty(), answer, "Not mine is empty; an empty text would be a supplier.");
    }

    @Test
    void aWorkerWithAnOddNameIsClaimedByASupplierWithAnIdOrByNone() throws Exception {
        for (String odd : Strangers.TEXTS) {
            Optional<String> answer =
                    resolver().supplierOf(new Worker("w-1" + odd, odd, odd, odd, List.of(odd), Map.of(odd, odd)));
            assertFalse(answer.filter(String::isEmpty).isPresent(), "An empty id for the namespace '" + odd + "'");
        }
    }

    @Test
    void theAbsenceOfAWorkerIsAFaultOfTheCaller() throws Exception {
        SupplierResolver resolver = resolver();
        Rejections.assertRefusesNull("supplierOf", () -> resolver.supplierOf(null));
    }

    @Test
    void callersAtTheSameTimeGetTheSameAnswers() throws Exception {
        SupplierResolver resolver = resolver();
        Together.run(thread -> {
            for (int i = 0; i < 50; i++) {
                assertEquals(Optional.of(supplier()), resolver.supplierOf(claimed()));
                assertEquals(Optional.empty(), resolver.supplierOf(unclaimed()));
            }
        });
    }
}
