package id.lum.hooks;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;

/**
 * Who is calling. Immutable.
 *
 * <p>Refused with an {@link IllegalArgumentException} if the principal id is blank.
 *
 * @param principalId the id that grants and usage rows are kept under; not blank
 * @param orgId the organisation, empty when there is none
 * @param externalId the id at the identity service; may be an e-mail address and is therefore left out of
 *     {@link #toString}
 * @param principalType a label such as {@code user}; never used to decide
 * @param scopes what the token was issued for, in the order of the token; compared verbatim
 */
public record PrincipalContext(
        String principalId, String orgId, String externalId, String principalType, List<String> scopes) {

    public PrincipalContext {
        if (requireNonNull(principalId, "principalId").isBlank()) {
            throw new IllegalArgumentException("A principal needs an id that is not blank.");
        }
        requireNonNull(orgId, "orgId");
        requireNonNull(externalId, "externalId");
        requireNonNull(principalType, "principalType");
        scopes = List.copyOf(scopes);
    }

    /**
     * Whether the principal holds one of these scopes.
     *
     * @param wanted scopes, compared verbatim
     * @return true if at least one is held
     */
    public boolean holdsAny(Collection<String> wanted) {
        for (String scope : scopes) {
            if (wanted.contains(scope)) {
                return true;
            }
        }
        return false;
    }

    /** One line for logs, without the external id. */
    @Override
    public String toString() {
        return "principal " + LogSafe.of(principalId) + " (org " + LogSafe.of(orgId) + ", type "
                + LogSafe.of(principalType) + ", scopes " + LogSafe.of(String.join(" ", scopes)) + ")";
    }
}
