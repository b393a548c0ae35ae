/**
 * Authorization as data. A {@link id.lum.core.policy.PermissionPolicy} is a table, checked when it is built; one
 * {@link id.lum.core.policy.PolicyEngine} reads it, and answers with a decision that carries its reason. No host's name
 * stands in here.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.core.policy;
