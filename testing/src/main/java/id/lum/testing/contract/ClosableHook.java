package id.lum.testing.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import id.lum.hooks.HookRejection;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Implemented by the contract test of a hook that stands on something which is closed: a database, a client, a plugin
 * that has stopped. A hook whose resource is closed throws; it never answers.
 */
public interface ClosableHook {
    /**
     * Closes what the hook stands on, as the stop of its bundle does.
     *
     * @throws Exception to fail the test
     */
    void closeResource() throws Exception;

    /**
     * Calls that the open hook answers with something else than an exception. The contract tests implement this.
     *
     * @return calls by their name
     * @throws Exception to fail the test
     */
    Map<String, Executable> answeredCalls() throws Exception;

    /**
     * The test.
     *
     * @throws Exception if it fails
     */
    @Test
    default void onceItsResourceIsClosedTheHookThrowsAndAnswersNothing() throws Exception {
        Map<String, Executable> calls = answeredCalls();
        closeResource();
        calls.forEach((name, call) -> {
            Throwable thrown = assertThrows(Throwable.class, call, name + " answers although its resource is closed.");
            if (thrown instanceof HookRejection rejection) {
                assertTrue(
                        rejection.isUnavailable(),
                        name + " says " + rejection.status() + " although its resource is closed: that is an answer.");
            }
        });
    }
}
