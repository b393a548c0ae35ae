package id.lum.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.testing.CapturedLog;
import id.lum.testing.Together;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every {@link TokenStore} promises. */
public abstract class TokenStoreContract {
    private static final String METADATA = "credential=metadata-that-may-be-secret";

    /** For subclasses. */
    protected TokenStoreContract() {}

    /**
     * The store to test.
     *
     * @return the same one whenever it is asked during a test
     * @throws Exception to fail the test
     */
    protected abstract TokenStore store() throws Exception;

    /**
     * A path with a value.
     *
     * @return the path
     */
    protected abstract String path();

    /**
     * The metadata to ask for that path with.
     *
     * @return the metadata; empty if not overridden
     */
    protected String metadata() {
        return "";
    }

    /**
     * The value behind the path: long enough to be found in a text that quotes it.
     *
     * @return the value
     */
    protected abstract String value();

    /**
     * A path of the same form without a value, or with an empty one.
     *
     * @return the path
     */
    protected abstract String absentPath();

    /**
     * See {@link ClosableHook}.
     *
     * @return the calls
     * @throws Exception to fail the test
     */
    public Map<String, Executable> answeredCalls() throws Exception {
        TokenStore store = store();
        return Map.of("value", () -> store.value(path(), metadata()));
    }

    private TokenStoreException refusalOf(String path, String metadata) throws Exception {
        TokenStore store = store();
        TokenStoreException refusal =
                assertThrows(TokenStoreException.class, () -> store.value(path, metadata), "'" + path + "'");
        assertNotNull(refusal.reason());
        Rejections.assertKeeps(value(), refusal);
        return refusal;
    }

    @Test
    void aValueIsGivenHoweverOftenItIsAskedFor() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertEquals(value(), store().value(path(), metadata()));
        }
    }

    @Test
    void whereThereIsNothingTheStoreSaysSoAndGivesNoEmptyText() throws Exception {
        refusalOf(absentPath(), metadata());
        refusalOf(absentPath(), metadata());
    }

    @Test
    void anOddPathIsRefusedAndBreaksNothing() throws Exception {
        for (String odd : Strangers.TEXTS) {
            refusalOf(odd, metadata());
            refusalOf("../" + path() + odd, metadata());
        }
        assertEquals(value(), store().value(path(), metadata()));
    }

    @Test
    void neitherValueNorMetadataReachesALogLineOrAnException() throws Exception {
        try (CapturedLog log = CapturedLog.ofStreams()) {
            store().value(path(), metadata());
            Rejections.assertKeeps(METADATA, refusalOf(absentPath(), METADATA));
            assertFalse(log.text().contains(value()), "A log line contains the value.");
            assertFalse(log.text().contains(METADATA), "A log line contains metadata.");
        }
    }

    @Test
    void absentArgumentsAreAFaultOfTheCaller() throws Exception {
        TokenStore store = store();
        Rejections.assertRefusesNull("value: a path", () -> store.value(null, metadata()));
    }

    @Test
    void callersAtTheSameTimeGetTheSameAnswers() throws Exception {
        TokenStore store = store();
        Together.run(thread -> {
            for (int i = 0; i < 20; i++) {
                assertEquals(value(), store.value(path(), metadata()));
                assertThrows(TokenStoreException.class, () -> store.value(absentPath(), metadata()));
            }
        });
    }
}
