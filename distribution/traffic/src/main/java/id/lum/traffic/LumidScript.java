package id.lum.traffic;

/**
 * Whom the callers play where lum.id decides.
 *
 * @param owner holds the scopes to read and to write the kind that the host makes, FlowMesh's workflows or Lumilake's
 *     jobs, and no other scope of that host
 * @param reader holds the scope to read that kind alone, and no grant on what the owner has
 * @param admin holds {@code flowmesh:admin}
 */
public record LumidScript(Account owner, Account reader, Account admin) {
    /**
     * Somebody whom lum.id knows.
     *
     * @param principalId who it is
     * @param token by which lum.id knows it
     */
    public record Account(String principalId, String token) {
        /** Without the token. */
        @Override
        public String toString() {
            return principalId;
        }
    }
}
