package id.lum.testing.contract;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.SubmissionGuard;
import id.lum.testing.Together;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every {@link SubmissionGuard} promises. */
public abstract class SubmissionGuardContract {
    /** For subclasses. */
    protected SubmissionGuardContract() {}

    /**
     * A guard that lets a principal submit.
     *
     * @param principal who submits
     * @return the guard
     * @throws Exception to fail the test
     */
    protected abstract SubmissionGuard guardThatAdmits(PrincipalContext principal) throws Exception;

    /**
     * A guard that does not let a principal submit. It may be the same guard.
     *
     * @param principal who submits
     * @return the guard
     * @throws Exception to fail the test
     */
    protected abstract SubmissionGuard guardThatRefuses(PrincipalContext principal) throws Exception;

    /**
     * Who submits. Overridden if the guard knows principals of its own only.
     *
     * @param id the id to choose
     * @return a principal with that id
     */
    protected PrincipalContext principal(String id) {
        return Strangers.principal(id);
    }

    /**
     * See {@link ClosableHook}.
     *
     * @return the calls
     * @throws Exception to fail the test
     */
    public Map<String, Executable> answeredCalls() throws Exception {
        PrincipalContext admitted = principal("ann");
        SubmissionGuard guard = guardThatAdmits(admitted);
        return Map.of("check", () -> guard.check(admitted));
    }

    @Test
    void whoMaySubmitMaySubmitAgain() throws Exception {
        PrincipalContext admitted = principal("ann");
        SubmissionGuard guard = guardThatAdmits(admitted);
        for (int i = 0; i < 3; i++) {
            assertDoesNotThrow(() -> guard.check(admitted));
        }
    }

    @Test
    void whoMayNotSubmitIsRejectedEachTimeWithTheSameStatus() throws Exception {
        PrincipalContext refused = principal("ben");
        SubmissionGuard guard = guardThatRefuses(refused);
        int first = statusOf(guard, refused);
        assertTrue(
                first >= 400 && first < 500 && first != 401,
                "A guard decides about a caller that is known: it says 402 or 403, say, and not " + first + ".");
        assertEquals(first, statusOf(guard, refused), "the status of the second rejection");
    }

    private static int statusOf(SubmissionGuard guard, PrincipalContext refused) {
        HookRejection rejection = Rejections.rejectionOf("a principal that may not submit", () -> guard.check(refused));
        return rejection.status();
    }

    @Test
    void aPrincipalWithAnOddNameGetsASentenceOfOneLine() throws Exception {
        for (String odd : Strangers.TEXTS) {
            if (!odd.isBlank()) {
                PrincipalContext refused = principal(odd);
                statusOf(guardThatRefuses(refused), refused);
            }
        }
    }

    @Test
    void callersAtTheSameTimeGetTheSameAnswers() throws Exception {
        PrincipalContext admitted = principal("ann");
        PrincipalContext refused = principal("ben");
        SubmissionGuard admits = guardThatAdmits(admitted);
        SubmissionGuard refuses = guardThatRefuses(refused);
        int status = statusOf(refuses, refused);
        Together.run(thread -> {
            for (int i = 0; i < 10; i++) {
                admits.check(admitted);
                assertEquals(status, statusOf(refuses, refused));
            }
        });
    }
}
