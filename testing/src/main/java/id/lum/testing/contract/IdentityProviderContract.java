package id.lum.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import id.lum.hooks.HookRejection;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PrincipalContext;
import id.lum.testing.CapturedLog;
import id.lum.testing.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every {@link IdentityProvider} promises. */
public abstract class IdentityProviderContract {
    private static final String UNKNOWN = "a-token-that-nobody-issued-7d1f";

    /** For subclasses. */
    protected IdentityProviderContract() {}

    /**
     * The provider to test, working.
     *
     * @return the same one whenever it is asked during a test
     * @throws Exception to fail the test
     */
    protected abstract IdentityProvider provider() throws Exception;

    /**
     * A token that the provider claims.
     *
     * @return the token
     */
    public abstract String knownBearer();

    /**
     * Whose the token is.
     *
     * @return the principal
     */
    protected abstract PrincipalContext principal();

    /**
     * See {@link ClosableHook}.
     *
     * @return the calls
     * @throws Exception to fail the test
     */
    public Map<String, Executable> answeredCalls() throws Exception {
        IdentityProvider provider = provider();
        return Map.of("resolve", () -> provider.resolve(knownBearer()));
    }

    @Test
    void aKnownTokenBelongsToItsPrincipalHoweverOftenItIsResolved() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertEquals(Optional.of(principal()), provider().resolve(knownBearer()));
        }
    }

    @Test
    void anUnknownTokenIsNotClaimed() throws Exception {
        assertEquals(Optional.empty(), provider().resolve(UNKNOWN));
    }

    @Test
    void anEmptyABlankAHugeAndANonsensicalTokenAreNotClaimedAndBreakNothing() throws Exception {
        List<String> tokens = new ArrayList<>(Strangers.TEXTS);
        tokens.addAll(List.of("\t", "\r\n", "x".repeat(1 << 20), "\ud800", "Bearer " + UNKNOWN, "a=b&token=c"));
        for (String token : tokens) {
            String shown = "The token of " + token.length() + " characters that begins with '"
                    + token.substring(0, Math.min(token.length(), 8)) + "'";
            Optional<PrincipalContext> answer = provider().resolve(token);
            assertNotNull(answer, shown);
            assertEquals(Optional.empty(), answer, shown);
        }
        assertEquals(Optional.of(principal()), provider().resolve(knownBearer()));
    }

    @Test
    void theAbsenceOfATokenIsAFaultOfTheCaller() throws Exception {
        IdentityProvider provider = provider();
        Rejections.assertRefusesNull("resolve", () -> provider.resolve(null));
    }

    @Test
    void callersAtTheSameTimeGetTheSameAnswers() throws Exception {
        IdentityProvider provider = provider();
        Together.run(thread -> {
            for (int i = 0; i < 20; i++) {
                assertEquals(Optional.of(principal()), provider.resolve(knownBearer()));
                assertEquals(Optional.empty(), provider.resolve(UNKNOWN + thread + "-" + i));
            }
        });
    }

    @Test
    void noTokenReachesALogLineOrAnException() throws Exception {
        IdentityProvider provider = provider();
        try (CapturedLog log = CapturedLog.ofStreams()) {
            for (String token : List.of(knownBearer(), UNKNOWN, UNKNOWN + "\u0000")) {
                try {
                    provider.resolve(token);
                } catch (HookRejection rejection) {
                    Rejections.assertKeeps(token, rejection);
                }
            }
            assertFalse(log.text().contains(knownBearer()), "A log line contains a token that was claimed.");
            assertFalse(log.text().contains(UNKNOWN), "A log line contains a token that was not claimed.");
        }
    }
}
