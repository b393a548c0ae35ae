package id.lum.traffic;

/**
 * Whom the callers play where lum.id decides for FlowMesh.
 *
 * @param owner holds {@code flowmesh:workflows:read} and {@code flowmesh:workflows:write}, and no other scope
 * @param reader holds {@code flowmesh:workflows:read} alone, and no grant on what the owner has
 * @param admin holds {@code flowmesh:admin}
 */
public record FlowmeshScript(Account owner, Account reader, Account admin) {
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
