package id.lum.traffic;

/**
 * What the callers know of the plugin they ask.
 *
 * @param kind a kind of resource that the owner may register
 * @param ownerToken a token whose principal holds no administrator's scope
 * @param adminToken a token whose principal may do everything
 * @param forgetsOwners whether a swap makes the plugin forget who owns what; a 403 is right then where an allow was
 */
public record CallScript(String kind, String ownerToken, String adminToken, boolean forgetsOwners) {}
