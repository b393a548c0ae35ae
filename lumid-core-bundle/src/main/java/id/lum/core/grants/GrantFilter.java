package id.lum.core.grants;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Which grants to list; what is absent does not restrict.
 *
 * @param kind only grants on this kind
 * @param id only grants on resources of this id
 * @param principalId only grants of this principal
 */
public record GrantFilter(Optional<String> kind, Optional<String> id, Optional<String> principalId) {
    /** Lists every grant. */
    public static final GrantFilter ALL = new GrantFilter(Optional.empty(), Optional.empty(), Optional.empty());

    public GrantFilter {
        requireNonNull(kind, "kind");
        requireNonNull(id, "id");
        requireNonNull(principalId, "principalId");
    }

    /**
     * The grants of one principal.
     *
     * @param principalId who
     * @return the filter
     */
    public static GrantFilter ofPrincipal(String principalId) {
        return new GrantFilter(Optional.empty(), Optional.empty(), Optional.of(principalId));
    }

    /**
     * The grants on one kind.
     *
     * @param kind the kind
     * @return the filter
     */
    public static GrantFilter ofKind(String kind) {
        return new GrantFilter(Optional.of(kind), Optional.empty(), Optional.empty());
    }
}
