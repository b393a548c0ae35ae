package id.lum.flowmesh.internal.usage;

import java.util.Optional;

/** Knows e-mail addresses of principals. */
public interface EmailDirectory {

    /**
     * The address of a principal.
     *
     * @param principalId whose
     * @return the address; empty if it is not known now
     */
    Optional<String> emailOf(String principalId);
}
