package id.lum.core.grants;

import java.util.Optional;

/**
 * A row of the table as it is stored, for an operator to look at. Decisions are made by {@link Grants}.
 *
 * @param kind the kind of resource
 * @param id which one
 * @param principalId who holds it
 * @param level what it opens; empty when what is stored is no level, which opens nothing
 * @param storedLevel the stored level, as text
 * @param grantedAt when it was first granted, as stored: ISO-8601 in UTC
 * @param lastSeenAt when it was last granted or confirmed, as stored: ISO-8601 in UTC
 */
public record Grant(
        String kind,
        String id,
        String principalId,
        Optional<GrantLevel> level,
        String storedLevel,
        String grantedAt,
        String lastSeenAt) {}
