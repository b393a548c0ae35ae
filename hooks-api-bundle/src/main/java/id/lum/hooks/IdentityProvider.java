package id.lum.hooks;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Resolves a bearer token to the principal that it belongs to.
 *
 * <p>Providers are asked in order. The first that accepts the token decides, and one that rejects ends the question. If
 * no provider accepts it, the host answers 401. A provider that cannot reach what it needs rejects with 503; it does
 * not return "not mine", which would pass the token on to the next provider and end as a wrong 401.
 */
@FunctionalInterface
@ConsumerType
public interface IdentityProvider {

    /**
     * Resolves a token. Safe to repeat.
     *
     * @param bearer the token as it came, without the word {@code Bearer}; may be empty, huge or nonsense
     * @return the principal, or empty for "not mine"
     * @throws HookRejection if the token is known and refused, or with 503 if the provider cannot tell now
     */
    Optional<PrincipalContext> resolve(String bearer);
}
