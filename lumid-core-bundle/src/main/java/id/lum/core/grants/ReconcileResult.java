package id.lum.core.grants;

/**
 * What a reconcile did.
 *
 * @param touched grants on listed resources, now confirmed
 * @param deleted grants that went
 */
public record ReconcileResult(long touched, long deleted) {}
