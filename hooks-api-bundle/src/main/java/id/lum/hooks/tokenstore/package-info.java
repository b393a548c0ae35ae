/**
 * Where the secrets are that a configuration refers to. A token store is an OSGi service that knows the values behind
 * references of one prefix, such as {@code VAULT://mount___key|password[version=3]}; the reference is all that is ever
 * stored in a configuration.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.hooks.tokenstore;
