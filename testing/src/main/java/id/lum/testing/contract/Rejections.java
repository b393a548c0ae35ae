package id.lum.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import id.lum.hooks.HookRejection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.function.Executable;

/** What holds for every rejection, whichever hook it comes from. */
final class Rejections {
    /** The characters of a sentence that reaches a caller: more than this is no sentence. */
    private static final int MAX_SENTENCE = 2_000;

    private Rejections() {}

    static HookRejection rejectionOf(String what, Executable call) {
        HookRejection rejection = assertThrows(HookRejection.class, call, what);
        assertFitForStrangers(rejection);
        return rejection;
    }

    static void assertRejected(int status, String what, Executable call) {
        assertEquals(status, rejectionOf(what, call).status(), what + ": the status of the rejection");
    }

    /** Whether the call returns; false if it says no. Anything else but a 403 fails the test. */
    static boolean allows(String what, Executable call) {
        try {
            call.execute();
            return true;
        } catch (HookRejection rejection) {
            assertFitForStrangers(rejection);
            assertEquals(403, rejection.status(), what + ": a refusal is a 403, not " + rejection.getMessage());
            return false;
        } catch (Throwable broken) {
            throw new AssertionError(what + ": neither allowed nor a HookRejection", broken);
        }
    }

    /** One line without control characters: a stranger's id in it must not forge a log line or paint a terminal. */
    static void assertFitForStrangers(HookRejection rejection) {
        String sentence = rejection.getMessage();
        assertTrue(
                sentence.length() <= MAX_SENTENCE, "A sentence for the caller is not " + sentence.length() + " long.");
        sentence.codePoints().forEach(character -> {
            int type = Character.getType(character);
            assertFalse(
                    Set.of(
                                    (int) Character.CONTROL,
                                    (int) Character.FORMAT,
                                    (int) Character.SURROGATE,
                                    (int) Character.LINE_SEPARATOR,
                                    (int) Character.PARAGRAPH_SEPARATOR)
                            .contains(type),
                    "The sentence of a rejection holds the raw character " + Integer.toHexString(character)
                            + "; LogSafe.of escapes it.");
        });
    }

    /** A call that quotes a null as if it were an answer is worse than one that fails. */
    static void assertRefusesNull(String what, Executable call) {
        assertThrows(NullPointerException.class, call, what + " with null");
    }

    static void assertKeeps(String secret, Throwable thrown) {
        assertKeeps(secret, thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static void assertKeeps(String secret, Throwable thrown, Set<Throwable> seen) {
        if (thrown == null || !seen.add(thrown)) {
            return;
        }
        assertFalse(
                String.valueOf(thrown).contains(secret),
                "The text of a " + thrown.getClass().getName() + " contains a secret.");
        assertKeeps(secret, thrown.getCause(), seen);
        for (Throwable suppressed : thrown.getSuppressed()) {
            assertKeeps(secret, suppressed, seen);
        }
    }
}
