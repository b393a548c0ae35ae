package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentStoreTest {
    private static final Map<String, String> VARIABLES =
            Map.of("LUMID_SECRET", "s3cr3t-canary", "LUMID_EMPTY", "", "PATH", "s3cr3t-canary");

    private final EnvironmentStore store =
            new EnvironmentStore(Set.of("LUMID_SECRET", "LUMID_EMPTY", "LUMID_UNSET"), VARIABLES::get);

    @Test
    void variableOnTheListIsGiven() throws Exception {
        assertThat(store.value("LUMID_SECRET", "")).isEqualTo("s3cr3t-canary");
    }

    @ParameterizedTest
    @CsvSource({
        "PATH,         '',      RETRIEVAL_FAILED, not on the list",
        "lumid_secret, '',      RETRIEVAL_FAILED, not on the list",
        "/LUMID_SECRET,'',      RETRIEVAL_FAILED, not on the list",
        "'',           '',      RETRIEVAL_FAILED, not on the list",
        "LUMID_UNSET,  '',      RETRIEVAL_FAILED, is not set",
        "LUMID_EMPTY,  '',      EMPTY_RESPONSE,   is empty",
        "LUMID_SECRET, a=canary,RETRIEVAL_FAILED, no metadata"
    })
    void anythingElseIsRefused(String name, String metadata, Reason reason, String sentence) {
        assertThatThrownBy(() -> store.value(name, metadata))
                .isInstanceOfSatisfying(
                        TokenStoreException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason))
                .hasMessageContaining(sentence)
                .hasMessageNotContaining("canary");
    }
}
