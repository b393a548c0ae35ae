/**
 * Plugins that are files: found by prefix in folders, run only with the right owner and checksum, and their output
 * logged without the secrets in it. What runs them differs from bundle to bundle.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.plugin;
