package id.lum.testing.contract;

import id.lum.hooks.IdentityProvider;
import org.junit.jupiter.api.Test;

/** Implemented by the contract test of an identity provider that asks something which can be out of reach. */
public interface IdentityOutage {
    /**
     * A provider that cannot reach what it asks and remembers nothing from before.
     *
     * @return the provider
     * @throws Exception to fail the test
     */
    IdentityProvider unreachable() throws Exception;

    /**
     * A token that the provider could not decide on without asking.
     *
     * @return the token
     */
    String knownBearer();

    /**
     * The test.
     *
     * @throws Exception if it fails
     */
    @Test
    default void aProviderThatCannotTellRejectsWith503AndDoesNotSayNotMine() throws Exception {
        IdentityProvider unreachable = unreachable();
        Rejections.assertRejected(503, "A known token during an outage", () -> unreachable.resolve(knownBearer()));
    }
}
